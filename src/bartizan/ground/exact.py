"""exp, log, sin and their kin with the same bits on every machine, for kernels and for Python.

The C library chooses other instructions on other processors, and another version of it other methods: without fused
multiplication 17 of 19 functions of `math` differ in the last bit, and NumPy's differ again with AVX-512. Here only
+ - * / and the square root are used, which IEEE 754 settles to the bit. Methods and coefficients are those of FDLIBM
(Sun Microsystems, 1993; error below 1 unit in the last place), and of AS 241 (Wichura, 1988) for the normal quantile;
`expm1` and `log1p` are within a few units, and `power` within a few times |y log x|. Angles up to 1e6 rad.
"""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground.jit import inner, kernel, lanes

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_PER_LN2, _PER_QUARTER = 1.44269504088896338700, 6.36619772367581382433e-01
_LEAST_WHOLE = 2.2250738585072014e-308  # smaller ones have fewer bits
#: What the bits of 1 lie above those of the root of 1/2.
_FROM_ROOT_HALF = np.uint64(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)
_SHIFT = 6755399441055744.0  # 1.5 * 2 ** 52: what is added to it is rounded to a whole number, which its last bits are
_WHOLE, _WHOLE_AND_BIAS = np.uint64(0x4330000000000000), 4503599627370496.0 + 1023.0  # 2 ** 52, likewise
_BITS, _BIAS = np.uint64(52), np.uint64(1023)  # of a fraction, and of an exponent
_EXP = (
    4.13813679705723846039e-08, -1.65339022054652515390e-06, 6.61375632143793436117e-05, -2.77777777770155933842e-03,
    1.66666666666666019037e-01,
)  # fmt: skip
_LOG = (
    1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
    2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01,
)  # fmt: skip
#: A right angle in three parts, the first two with bits to spare for a product.
_QUARTER = (1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21)
_SIN = (
    1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06, -1.98412698298579493134e-04,
    8.33333333332248946124e-03,
)  # fmt: skip
_SIN_3 = -1.66666666666666324348e-01
_COS = (
    -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07, 2.48015872894767294178e-05,
    -1.38888888888741095749e-03, 4.16666666666666019037e-02,
)  # fmt: skip
_ATAN = (
    1.62858201153657823623e-02, -3.65315727442169155270e-02, 4.97687799461593236017e-02, -5.83357013379057348645e-02,
    6.66107313738753120669e-02, -7.69187620504482999495e-02, 9.09088713343650356196e-02, -1.11111104054623557880e-01,
    1.42857142725034663711e-01, -1.99999999998764832476e-01, 3.33333333333329318027e-01,
)  # fmt: skip
#: atan of 1/2, 1, 3/2 and infinity, and what is left of it.
_ATAN_AT = (4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, 1.57079632679489655800)
_ATAN_REST = (
    2.26987774529616870924e-17,
    3.06161699786838301793e-17,
    1.39033110312309984516e-17,
    6.12323399573676603587e-17,
)
_ERF_NEAR = (
    (-2.37630166566501626084e-05, -5.77027029648944159157e-03, -2.84817495755985104766e-02, -3.25042107247001499370e-01,
     1.28379167095512558561e-01),
    (-3.96022827877536812320e-06, 1.32494738004321644526e-04, 5.08130628187576562776e-03, 6.50222499887672944485e-02,
     3.97917223959155352819e-01, 1.0),
)  # fmt: skip
_ERF_AT_1 = 8.45062911510467529297e-01
_ERF_ABOUT_1 = (
    (-2.16637559486879084300e-03, 3.54783043256182359371e-02, -1.10894694282396677476e-01, 3.18346619901161753674e-01,
     -3.72207876035701323847e-01, 4.14856118683748331666e-01, -2.36211856075265944077e-03),
    (1.19844998467991074170e-02, 1.36370839120290507362e-02, 1.26171219808761642112e-01, 7.18286544141962662868e-02,
     5.40397917702171048937e-01, 1.06420880400844228286e-01, 1.0),
)  # fmt: skip
_ERFC_BEYOND = (
    (-9.81432934416914548592, -8.12874355063065934246e01, -1.84605092906711035994e02, -1.62396669462573470355e02,
     -6.23753324503260060396e01, -1.05586262253232909814e01, -6.93858572707181764372e-01, -9.86494403484714822705e-03),
    (-6.04244152148580987438e-02, 6.57024977031928170135, 1.08635005541779435134e02, 4.29008140027567833386e02,
     6.45387271733267880336e02, 4.34565877475229228821e02, 1.37657754143519042600e02, 1.96512716674392571292e01, 1.0),
)  # fmt: skip
_ERFC_FAR = (
    (-4.83519191608651397019e02, -1.02509513161107724954e03, -6.37566443368389627722e02, -1.60636384855821916062e02,
     -1.77579549177547519889e01, -7.99283237680523006574e-01, -9.86494292470009928597e-03),
    (-2.24409524465858183362e01, 4.74528541206955367215e02, 2.55305040643316442583e03, 3.19985821950859553908e03,
     1.53672958608443695994e03, 3.25792512996573918826e02, 3.03380607434824582924e01, 1.0),
)  # fmt: skip
_QUANTILE_MIDDLE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)  # fmt: skip
_QUANTILE_TAIL = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
     3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1.0),
)  # fmt: skip
_QUANTILE_FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
)  # fmt: skip


@inner
def _polynomial(x, falling):  # type: ignore[no-untyped-def]
    """Coefficients from the highest power down."""
    total = 0.0
    for c in falling:
        total = total * x + c
    return total


@inner
def _nearest(x):  # type: ignore[no-untyped-def]
    """The nearest whole number."""
    return np.int64(x + (0.5 if x >= 0.0 else -0.5))


@inner
def _two_to(k):  # type: ignore[no-untyped-def]
    """2 ** k, for k from -1022 to 1023."""
    return np.int64((k + 1023) << 52).view(np.float64)


@inner
def _ratio(x, of):  # type: ignore[no-untyped-def]
    return _polynomial(x, of[0]) / _polynomial(x, of[1])


# ---------------------------------------------------------------------------------------------------- powers


@lanes
def _exp_of_rest(x):  # type: ignore[no-untyped-def]
    """e ** x over 2 ** k for the whole k that brings it nearest to 1, and _SHIFT + k."""
    shifted = x * _PER_LN2 + _SHIFT
    k = shifted - _SHIFT
    high, low = x - k * _LN2_HIGH, k * _LN2_LOW
    r = high - low
    c = r - r * r * _polynomial(r * r, _EXP)
    return 1.0 - ((low - r * c / (2.0 - c)) - high), shifted


@lanes
def exp_inlined(x):  # type: ignore[no-untyped-def]
    """`exp` of x from -708 to 709, for loops: with no branch, and no whole number that has to leave its register, they
    are run on several numbers at once."""
    value, shifted = _exp_of_rest(x)
    return value * np.uint64((np.float64(shifted).view(np.uint64) + _BIAS) << _BITS).view(np.float64)


@kernel
def exp(x):  # type: ignore[no-untyped-def]
    """e ** x; infinite above 709.78."""
    if not -745.2 < x < 709.79:
        return x if x != x else (math.inf if x > 0.0 else 0.0)
    value, shifted = _exp_of_rest(x)
    k = np.int64(shifted - _SHIFT)
    half = k >> 1  # in two steps, as the last may be too small for the first 52 bits
    return value * _two_to(half) * _two_to(k - half)


@lanes
def log_inlined(x):  # type: ignore[no-untyped-def]
    """`log` of a positive number of all its bits, as `exp_inlined`."""
    bits = np.float64(x).view(np.uint64)
    k = (bits + _FROM_ROOT_HALF) >> _BITS
    f = np.uint64(bits + (_BIAS << _BITS) - (k << _BITS)).view(np.float64) - 1.0
    of_k = np.uint64(k | _WHOLE).view(np.float64) - _WHOLE_AND_BIAS
    s = f / (2.0 + f)
    half = 0.5 * f * f
    rest = s * (half + s * s * _polynomial(s * s, _LOG))
    return of_k * _LN2_HIGH - ((half - (rest + of_k * _LN2_LOW)) - f)


@kernel
def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm: minus infinity at 0, not a number below."""
    if not 0.0 < x < math.inf:
        return -math.inf if x == 0.0 else (x if x > 0.0 else math.nan)
    if x < _LEAST_WHOLE:
        return log_inlined(x * 18014398509481984.0) - 54.0 * (_LN2_HIGH + _LN2_LOW)  # 2 ** 54
    return log_inlined(x)


@kernel
def power(x, y):  # type: ignore[no-untyped-def]
    """x ** y for x >= 0; its relative error is that of one rounding times |y log x|."""
    if x == 0.0:
        return 1.0 if y == 0.0 else (0.0 if y > 0.0 else math.inf)
    return exp(y * log(x))


@kernel
def expm1(x):  # type: ignore[no-untyped-def]
    """exp(x) - 1, as near 0 as anywhere (Kahan's way)."""
    u = exp(x)
    if u == 1.0:
        return x
    return u - 1.0 if u - 1.0 == -1.0 or u == math.inf else (u - 1.0) * x / log(u)


@kernel
def log1p(x):  # type: ignore[no-untyped-def]
    """log(1 + x), as near 0 as anywhere."""
    u = 1.0 + x
    return x if u == 1.0 else (log(u) if u == 0.0 or u == math.inf else log(u) * x / (u - 1.0))


@kernel
def log10(x):  # type: ignore[no-untyped-def]
    """The decimal logarithm."""
    return log(x) / log(10.0)


@inner
def hypot(x, y):  # type: ignore[no-untyped-def]
    """The length of (x, y), of lengths whose squares are numbers."""
    return math.sqrt(x * x + y * y)


# ---------------------------------------------------------------------------------------------------- angles


@inner
def _reduced(x):  # type: ignore[no-untyped-def]
    """The quadrant of an angle, and what is left of it in two parts."""
    n = _nearest(x * _PER_QUARTER)
    high = x - n * _QUARTER[0]
    w = n * _QUARTER[1]
    r = high - w
    low = n * _QUARTER[2] - ((high - r) - w)
    y = r - low
    return n & 3, y, (r - y) - low


@inner
def _sin_part(y, rest):  # type: ignore[no-untyped-def]
    z = y * y
    v = z * y
    return y - ((z * (0.5 * rest - v * _polynomial(z, _SIN)) - rest) - v * _SIN_3)


@inner
def _cos_part(y, rest):  # type: ignore[no-untyped-def]
    z = y * y
    half = 0.5 * z
    w = 1.0 - half
    return w + (((1.0 - w) - half) + (z * z * _polynomial(z, _COS) - y * rest))


@kernel
def sin(x):  # type: ignore[no-untyped-def]
    """The sine of an angle in rad."""
    quadrant, y, rest = _reduced(x)
    value = _cos_part(y, rest) if quadrant & 1 else _sin_part(y, rest)
    return -value if quadrant & 2 else value


@kernel
def cos(x):  # type: ignore[no-untyped-def]
    """The cosine of an angle in rad."""
    quadrant, y, rest = _reduced(x)
    value = _sin_part(y, rest) if quadrant & 1 else _cos_part(y, rest)
    return -value if (quadrant + 1) & 2 else value


@kernel
def tan(x):  # type: ignore[no-untyped-def]
    """The tangent of an angle in rad."""
    return sin(x) / cos(x)


@kernel
def atan(x):  # type: ignore[no-untyped-def]
    """The angle in rad, within a right one, whose tangent is x."""
    t = abs(x)
    if t < 0.4375:
        return x - x * x * x * _polynomial(x * x, _ATAN)
    if t < 0.6875:
        at, rest, t = _ATAN_AT[0], _ATAN_REST[0], (2.0 * t - 1.0) / (2.0 + t)
    elif t < 1.1875:
        at, rest, t = _ATAN_AT[1], _ATAN_REST[1], (t - 1.0) / (t + 1.0)
    elif t < 2.4375:
        at, rest, t = _ATAN_AT[2], _ATAN_REST[2], (t - 1.5) / (1.0 + 1.5 * t)
    else:
        at, rest, t = _ATAN_AT[3], _ATAN_REST[3], -1.0 / t
    value = at - ((t * t * t * _polynomial(t * t, _ATAN) - rest) - t)
    return -value if x < 0.0 else value


@kernel
def atan2(y, x):  # type: ignore[no-untyped-def]
    """The angle of (x, y) from the x axis, in rad; 0 for no length."""
    if x == 0.0:
        return 0.0 if y == 0.0 else (0.5 * math.pi if y > 0.0 else -0.5 * math.pi)
    within = atan(y / x)
    return within if x > 0.0 else (within + math.pi if y >= 0.0 else within - math.pi)


@kernel
def asin(x):  # type: ignore[no-untyped-def]
    """The angle in rad whose sine is x."""
    return atan2(x, math.sqrt((1.0 - x) * (1.0 + x)))


# ---------------------------------------------------------------------------------------------------- normal law


@inner
def _erfc_beyond(x):  # type: ignore[no-untyped-def]
    """erfc of x >= 1.25."""
    if x > 28.0:
        return 0.0
    short = np.float64(np.float32(x))
    of = _ratio(1.0 / (x * x), _ERFC_BEYOND) if x < 1.0 / 0.35 else _ratio(1.0 / (x * x), _ERFC_FAR)
    return exp(-short * short - 0.5625) * exp((short - x) * (short + x) + of) / x


@kernel
def erfc(x):  # type: ignore[no-untyped-def]
    """1 - erf(x), as small as it may be."""
    t = abs(x)
    if t < 0.84375:
        return 1.0 - (x + x * _ratio(x * x, _ERF_NEAR))
    if t < 1.25:
        value = (1.0 - _ERF_AT_1) - _ratio(t - 1.0, _ERF_ABOUT_1)
    else:
        value = _erfc_beyond(t)
    return value if x > 0.0 else 2.0 - value


@kernel
def erf(x):  # type: ignore[no-untyped-def]
    """The error function."""
    t = abs(x)
    if t < 0.84375:
        return x + x * _ratio(x * x, _ERF_NEAR)
    value = _ERF_AT_1 + _ratio(t - 1.0, _ERF_ABOUT_1) if t < 1.25 else 1.0 - _erfc_beyond(t)
    return value if x > 0.0 else -value


@kernel
def normal_share(x):  # type: ignore[no-untyped-def]
    """The share of a standard normal law below x."""
    return 0.5 * erfc(-x * math.sqrt(0.5))


@kernel
def normal_quantile(p):  # type: ignore[no-untyped-def]
    """Where the share p of a standard normal law lies below: infinite at 0 and 1."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, _QUANTILE_MIDDLE)
    tail = p if q < 0.0 else 1.0 - p
    if not tail > 0.0:
        return math.nan if tail != 0.0 else (-math.inf if q < 0.0 else math.inf)
    r = math.sqrt(-log(tail))
    value = _ratio(r - 1.6, _QUANTILE_TAIL) if r <= 5.0 else _ratio(r - 5.0, _QUANTILE_FAR)
    return -value if q < 0.0 else value

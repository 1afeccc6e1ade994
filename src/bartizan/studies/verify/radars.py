"""Reference tables on what a radar has to work with, and what it makes of it: the range equation, clutter, jamming,
the air in between, tracks."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bartizan.ground.jit import kernel
from bartizan.physics import air, detection, jammers, range_equation
from bartizan.physics.clutter import grazing_sine, ground_echo
from bartizan.physics.jamming import jamming_to_noise, signal_over_all
from bartizan.physics.tracking import angle_error, cue_error, gains, range_error, tracking_index
from bartizan.studies.verify.checks import Check, Row, answers, near

SYSTEM_K = 290.0  # where a row leaves it open: it drops out of a ratio


def _db(ratio: float) -> float:
    return 10 * math.log10(ratio)


@answers("radar_required_snr_exact")
def _required(row: Row, seed: int) -> Iterator[Check]:
    """`physics.detection.required_snr`, by which a stated range becomes a signal."""
    x = row["inputs"]
    yield near(row, "SNR, dB", _db(detection.required_snr(x["pd"], x["pfa"], x["n"], x["swerling"])))


@answers("radar_albersheim_shnidman")
def _approximations(row: Row, seed: int) -> Iterator[Check]:
    """`physics.detection`: two approximations, kept to cross-check the exact probabilities; no raid uses them."""
    x = row["inputs"]
    if "swerling" in x:
        yield near(row, "SNR, dB", detection.shnidman_snr_db(x["pd"], x["pfa"], x["n"], x["swerling"]))
    else:
        yield near(row, "SNR, dB", detection.albersheim_snr_db(x["pd"], x["pfa"], x["n"]))


@answers("radar_range_equation")
def _range_equation(row: Row, seed: int) -> Iterator[Check]:
    """`physics.range_equation`: the constants that a packed radar has."""
    x = row["inputs"]
    found = _search_snr_db(x) if "power_aperture" in x else _point_target(x)
    yield near(row, row["quantity"], found, _published(row))
    if isinstance(row["expected"], dict):
        yield near(row, "to all digits", found, row["expected"]["recomputed"], tolerance=1e-9, kind="rel")


def _published(row: Row) -> float:
    """What the publisher printed, where one did."""
    return row["expected"]["published"] if isinstance(row["expected"], dict) else row["expected"]


def _search_snr_db(x: Row) -> float:
    width, (low, high) = math.radians(x["az_deg"][1] - x["az_deg"][0]), (math.radians(e) for e in x["el_deg"])
    angle = range_equation.solid_angle(width, low, high)
    constant = range_equation.search_constant(
        x["power_aperture"], 1.0, x["t_search"], angle, x["Ts"], range_equation.linear(x["L"])
    )
    return _db(constant * x["rcs"] / x["R"] ** 4)


def _point_target(x: Row) -> float:
    """SNR, dB, or what a stated one asks for: the range, m, or the peak power, W."""
    wave = x.get("lam_m") or range_equation.wavelength(x["f_hz"])
    gains = range_equation.linear(x["Gt"]), range_equation.linear(x["Gr"])
    echo = x["rcs"] * range_equation.point_target_constant(
        x.get("Pt", 1.0), x["tau"], *gains, wave, x["Ts"], range_equation.linear(x["L"])
    )
    if "Pt" not in x:
        return range_equation.linear(x["snr_db"]) * x["R"] ** 4 / echo
    if "snr_db" in x:
        return (echo / range_equation.linear(x["snr_db"])) ** 0.25
    there, back = (x["Rt"], x["Rr"]) if "Rt" in x else (x["R"], x["R"])
    return _db(echo / (there * back) ** 2)


@kernel
def _ground(gamma_width_length, height, r, out):  # type: ignore[no-untyped-def]
    """Sine of the grazing angle and cross section of a cell, over a flat earth."""
    out[0] = grazing_sine(height, r, 0.0)
    out[1] = ground_echo(gamma_width_length, height, r, 0.0)


@answers("clutter_mti")
def _clutter(row: Row, seed: int) -> Iterator[Check]:
    """`physics.clutter.ground_echo` for the echo of the ground; `physics.range_equation` for the canceller."""
    x = row["inputs"]
    if "prf" in x:
        for delays in (1, 2):
            factor = range_equation.canceller_improvement(delays, x["sigma_v"], x["lam"], x["prf"])
            # The reference lost digits where 4/3 r - 1/3 r^4 is close to 1: with 50 digits it is 1.7e-9 dB off.
            yield near(row, f"I{delays}_db", _db(factor), tolerance=row["tol"] if delays == 1 else 3e-9)
        yield near(row, "v_blind", range_equation.blind_speed(x["lam"], x["prf"]))
        yield near(
            row, "R_unamb", range_equation.unambiguous_range(x["prf"]), tolerance=1e-5
        )  # printed to so many digits
        return
    found, cell = np.zeros(2), range_equation.LIGHT_M_S * x["tau"] / 2
    _ground(range_equation.linear(x["gamma_db"]) * math.radians(x["az_bw_deg"]) * cell, x["h_radar"], x["R"], found)
    yield near(row, "psi_rad", math.asin(found[0]))
    yield near(row, "sigma_c", found[1])
    yield near(row, "SCR_db", _db(x["rcs"] / found[1]))


@kernel
def _jamming(constant, per_hertz, gain, r, out):  # type: ignore[no-untyped-def]
    out[0] = jamming_to_noise(constant, per_hertz, gain, r)


_OVER_NOISE = ("snr_db", "cnr_db", "jnr_db")


@kernel
def _over_all(signal, clutter, jamming, out):  # type: ignore[no-untyped-def]
    out[0] = signal_over_all(signal, clutter, jamming)


@answers("jamming")
def _noise(row: Row, seed: int) -> Iterator[Check]:
    """`physics.jamming.jamming_to_noise` over the echo of `physics.range_equation`, from the target or a stand-off, and
    `physics.jamming.signal_over_all`; `physics.jammers` for satellite navigation."""
    x = row["inputs"]
    if row["id"].startswith("sinr"):
        (signal, clutter, noise), left = (range_equation.linear(float(x[name])) for name in _OVER_NOISE), np.zeros(1)
        _over_all(signal, clutter, noise, left)
        yield near(row, "signal over all, dB", _db(left[0]))
        return
    if row["id"].startswith("gnss"):
        yield near(row, "C/N0, dB-Hz" if "cn0" in x else "range, m", _satnav(x))
        return
    wave, beside = range_equation.wavelength(x["f"]), x.get("Gj", x["G"]) / x["G"]
    echo = x["rcs"] * range_equation.point_target_constant(x["Pt"], 1 / x["Br"], x["G"], x["G"], wave, SYSTEM_K, x["L"])
    constant, out = range_equation.jamming_constant(x["G"], wave, SYSTEM_K), np.zeros(1)

    def over_echo(r: float) -> float:
        _jamming(constant, x["ERP"] / x["Bj"], beside, float(x.get("Rj", r)), out)
        return out[0] * r**4 / echo

    far, power = 20_000.0, 4 if "Rj" in x else 2  # J/S grows with the 4th power of range, or the 2nd
    yield near(row, "JS_db_at_20km", _db(over_echo(far)))
    yield near(row, "R_crossover", far * over_echo(far) ** (-1 / power))
    yield near(row, "R_bt_SJ10", far * (10 * over_echo(far)) ** (-1 / power))


def _satnav(x: Row) -> float:
    """The C/N0, dB-Hz, that jamming leaves, or the range, m, at which a J/S is reached."""
    if "cn0" in x:
        return float(jammers.effective_cn0(x["cn0"], x["js"], x["Q"], x["Rc"]))
    return float(jammers.jamming_range(x["ERP_w"], range_equation.wavelength(x["f"]), x["S_dbw"], x["JS_threshold_db"]))


@kernel
def _track(beam, pulse, period, manoeuvre, noise, snr, out):  # type: ignore[no-untyped-def]
    """Errors of one look, and what a filter that has settled makes of looks with the error `noise`."""
    out[0], out[1] = angle_error(beam, snr), range_error(pulse, snr)
    out[2] = tracking_index(period, manoeuvre, noise)
    out[3], out[4] = gains(out[2])
    out[5] = cue_error(noise, period, manoeuvre, 0.0)


@answers("tracking")
def _tracking(row: Row, seed: int) -> Iterator[Check]:
    """`physics.tracking`, by which a network's cue errs; not the filter's lag, which its covariance has in it."""
    x, out = row["inputs"], np.zeros(6)
    if "snr_db" in x:
        _track(math.radians(x["bw_deg"]), x["tau"], 1.0, 1.0, 1.0, range_equation.linear(x["snr_db"]), out)
        yield near(row, "sig_az_deg", math.degrees(out[0]))
        yield near(row, "sig_r", out[1])
        yield near(row, "cross_10km", 10_000 * out[0])
        return
    _track(1.0, 1.0, x["Ts"], x["sigma_a"], x["sigma_n"], 1.0, out)
    for name, value in zip(("tracking_index", "alpha", "beta", "sigma_pos"), out[2:], strict=True):
        yield near(row, name, value)


@answers("itu_attenuation")
def _attenuation(row: Row, seed: int) -> Iterator[Check]:
    """`physics.air`: one way, per kilometre; the engine takes the way there and back."""
    x, expected = row["inputs"], row["expected"]
    frequency = np.array([x["f_ghz"] * 1e9])
    if "P_hPa" in x:
        oxygen, water = (float(v[0]) for v in air.gas_loss(frequency, x["P_hPa"], x["T_K"], x["rho_gm3"]))
        for name, value in (("oxygen", oxygen), ("water", water), ("total", oxygen + water)):
            yield near(row, name, value)
        return
    tilts = {"H": 0.0, "V": 90.0} if "H" in expected else {"": x["tau_deg"]}
    for name, tilt in tilts.items():
        wanted = expected[name] if name else expected
        k, alpha = air.rain_coefficients(frequency, math.radians(x["el_deg"]), math.radians(tilt))
        yield near(row, f"k {name}".strip(), float(k[0]), wanted["k"])
        yield near(row, f"alpha {name}".strip(), float(alpha[0]), wanted["alpha"])

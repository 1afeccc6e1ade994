"""Noise that threats send into radars: from the target itself, or from others in the beam and beside it."""

from __future__ import annotations

from bartizan.ground.jit import inner


@inner
def power_per_hertz(type_, sensor):  # type: ignore[no-untyped-def]
    """What a threat's jammer radiates into each hertz that a radar receives, W/Hz; 0 where their bands do not meet.

    Of the jammer's power, spread evenly over its band, only the part that falls into the receiver's band counts, and
    is taken as spread over that. A receiver of no stated bandwidth is a single frequency.
    """
    if type_.noise_power <= 0.0 or sensor.jamming <= 0.0:
        return 0.0
    wide, narrow = max(type_.noise_bandwidth, sensor.bandwidth), min(type_.noise_bandwidth, sensor.bandwidth)
    within = 0.5 * (wide + narrow) - abs(sensor.frequency - type_.noise_frequency)  # of the narrower band, Hz
    if within < 0.0:
        return 0.0
    return type_.noise_power / wide * (within / narrow if within < narrow else 1.0)


@inner
def jamming_to_noise(constant, per_hertz, gain, r):  # type: ignore[no-untyped-def]
    """Jamming over noise in a radar at r m; `gain` is the antenna's towards the jammer over that of its beam.

    One way, so it falls with R^2 where the echo falls with R^4: close enough, the target burns through.
    """
    return constant * per_hertz * gain / (r * r)


@inner
def signal_over_all(signal, clutter, jamming):  # type: ignore[no-untyped-def]
    """Signal over noise, clutter and jamming, all of them given over noise: powers of what is like noise add."""
    return signal / (1.0 + clutter + jamming)

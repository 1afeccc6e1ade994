"""What flies in: types of threats with their cross sections, receivers and links."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    Field,
)

from bartizan.world.schema.claims import Sources
from bartizan.world.schema.fields import (
    Band,
    Like,
    Model,
    Text,
    ThreatClass,
)
from bartizan.world.uncertain import (
    Acceleration,
    Area,
    Decibel,
    Difference,
    Frequency,
    Length,
    Power,
    Price,
    Probability,
    SmallAngle,
    Speed,
    fixed,
)

#: Threats of a group, or of a raid, at most.
MOST_SENT = 200_000


class Aspect(Model):
    """How much larger than `rcs` a threat is as seen from the front, the side and the rear."""

    front: Decibel = fixed(0.0, "decibel")
    side: Decibel = fixed(0.0, "decibel")
    rear: Decibel = fixed(0.0, "decibel")


class Noise(Model):
    """A noise jammer that a threat carries against radars: it is spread evenly over a band."""

    power: Power = Field(description="effective radiated power towards the radars, over the whole band")
    frequency: Frequency = Field(description="middle of the band")
    bandwidth: Frequency


class Link(Model):
    """The radio link that a threat is flown by, as a jammer with `power` finds it."""

    power: Power = Field(description="effective radiated power of the operator's transmitter")
    frequency: Frequency = Field(description="middle of its band")
    bandwidth: Frequency = Field(description="of all that it uses, hopping included")
    distance: Length = Field(description="from the operator to the threat, where it is jammed")
    loss: Decibel = Field(default=fixed(0.0, "decibel"), description="by ground and walls, beyond that of free space")
    margin: Decibel = Field(
        default=fixed(0.0, "decibel"), description="jamming to signal at the threat, both in its band, that it stands"
    )


#: What sights see of a threat where it is not stated, by class: the root of the area that it shows, m, and how much
#: warmer or colder it is than what is behind it, K. All assumed.
SEEN = {
    "drone": (1.2, 2.0),
    "decoy": (1.0, 1.0),
    "quadcopter": (0.25, 1.0),
    "cruise": (1.0, 5.0),
    "aircraft": (4.0, 10.0),
    "helicopter": (3.5, 8.0),
    "munition": (0.5, 3.0),
    "ballistic": (1.0, 20.0),
}


#: How loud a threat is where it is not stated, by class: dB(A) 100 m from it. All assumed: piston engines as light
#: propeller aircraft, jets as their engines' kind, what only falls or glides by the air alone.
LOUDNESS = {
    "drone": 75.0,
    "decoy": 75.0,
    "quadcopter": 50.0,
    "cruise": 90.0,
    "aircraft": 105.0,
    "helicopter": 90.0,
    "munition": 60.0,
    "ballistic": 70.0,
}


class Threat(Model):
    """A type of threat. Speed and altitude differ between threats of a raid; the rest is one unknown per world."""

    title: Text = ""
    like: Like = None
    kind: ThreatClass
    speed: Speed = Field(description="drawn per threat")
    altitude: Length = Field(description="cruise altitude above ground, drawn per threat")
    altitude_above: Literal["ground", "sea"] = Field(
        default="ground", description="what altitude counts from; over a level surface the two are one"
    )
    rcs: Area
    rcs_by_band: dict[Band, Area] = Field(
        default_factory=dict, description="radar cross section in the bands in which it is not `rcs`"
    )
    aspect: Aspect | None = Field(default=None, description="how `rcs` depends on where it is seen from")
    noise: Noise | None = Field(default=None, description="noise jamming of radars")
    size: Length | None = Field(
        default=None, description="for sights: the root of the area that it shows; none: that of its class, our own"
    )
    contrast: Probability = Field(
        default=fixed(0.5, "probability"), description="for optical sights: against the sky, darker or brighter"
    )
    temperature_difference: Difference | None = Field(
        default=None, description="for infrared sights: from what is behind it; none: that of its class, our own"
    )
    sound: Decibel | None = Field(
        default=None, description="for acoustic sensors: dB(A) 100 m from it; none: that of its class, our own"
    )
    radius: Length = Field(default=fixed(0.5, "length"), description="radius of the vulnerable part, for guns")
    profile: Literal["dive", "glide"] = Field(
        default="dive",
        description="dive: level flight, then down at dive_angle; glide: straight from altitude to the aim point",
    )
    dive_angle: SmallAngle = Field(default=fixed(0.5235987755982988, "angle"))
    release_distance: Length = Field(
        default=fixed(0.0, "length"), description="ground distance from the target where its work is done"
    )
    satnav_dependence: Probability = Field(
        default=fixed(0.0, "probability"), description="chance that it needs satellite navigation"
    )
    link_dependence: Probability = Field(
        default=fixed(0.0, "probability"), description="chance that it needs a control link"
    )
    satnav_threshold: Decibel = Field(
        default=fixed(28.0, "decibel"),
        description="carrier to noise density, dB-Hz, at which it loses satellite navigation; 44 dB without jamming",
    )
    satnav_rejection: Decibel = Field(
        default=fixed(0.0, "decibel"),
        description="by which its antenna favours satellites over a jammer: its pattern, nulls steered at jammers",
    )
    link: Link | None = Field(default=None, description="what a jammer of links with `power` is up against")
    drift: Speed = Field(
        default=fixed(1.0, "speed"), description="velocity error after loss of satellite navigation, per axis, 1 sigma"
    )
    drift_acceleration: Acceleration = Field(
        default=fixed(0.0, "acceleration"), description="error of acceleration after that, per axis, 1 sigma"
    )
    manoeuvre: Acceleration = Field(
        default=fixed(1.0, "acceleration"),
        description="unforeseen acceleration, 1 sigma, which makes tracks of it err; its route stays straight",
    )
    shot_correlation: Probability = Field(
        default=fixed(0.0, "probability"),
        description="correlation of shots at the same one: each has a susceptibility of its own in each raid, so "
        "that what one shot missed the next is likelier to miss; 0: shots are independent",
    )
    transponder: Probability = Field(
        default=fixed(0.0, "probability"),
        description="of a neutral: chance that it answers when it is asked who it is; of a friendly aircraft, by IFF",
    )
    flight_plan: Probability = Field(
        default=fixed(0.0, "probability"), description="of a neutral: chance that it has filed a flight plan"
    )
    price: Price | None = Field(default=None, description="of one; none: not known, and told so beside costs")
    sources: Sources = Field(default_factory=dict)
    note: Text = ""

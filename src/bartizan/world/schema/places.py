"""Places, and the surface that lies between them: smooth, a statistical city, or mapped from files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bartizan.ground import geodesy, units
from bartizan.world.schema.fields import (
    Certain,
    File,
    Model,
    Row,
    Text,
)
from bartizan.world.uncertain import (
    Density,
    Length,
    Probability,
    Uncertain,
    fixed,
)


def _metres(value: object) -> float:
    metres = units.parse(value, "length")
    if abs(metres) > 1e6:
        raise ValueError("must lie within 1000 km of the origin")
    return metres


Metres = Annotated[
    float,
    BeforeValidator(_metres),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": -1e6, "maximum": 1e6}, {"type": "string"}]}),
]


class Place(Model):
    """Latitude and longitude, or metres east and north of the scenario's origin; `within` says how well it is known."""

    lat: float | None = Field(default=None, ge=-85, le=85)
    lon: float | None = Field(default=None, ge=-180, le=180)
    east: Metres | None = Field(default=None, description="m, or text such as 3 km; within 1000 km")
    north: Metres | None = Field(default=None, description="as east")
    within: Length = fixed(0.0, "length")

    @model_validator(mode="after")
    def _either(self) -> Place:
        degrees, metres = (self.lat, self.lon), (self.east, self.north)
        if (None in degrees) == (None in metres) or (None in degrees and degrees != (None, None)):
            raise ValueError("needs lat and lon, or east and north")
        if None in metres and metres != (None, None):
            raise ValueError("needs lat and lon, or east and north")
        return self

    def local(self, origin: tuple[float, float]) -> tuple[float, float]:
        """Metres east and north of an origin (latitude and longitude)."""
        if self.lat is None or self.lon is None:
            return float(self.east or 0.0), float(self.north or 0.0)
        east, north = geodesy.to_local(self.lat, self.lon, origin)
        return float(east), float(north)


class Heights(Model):
    """Heights of buildings, weighted by perimeter: a Rayleigh law, or shares of given heights."""

    rayleigh: Length | None = Field(default=None, description="scale (mode) of the Rayleigh law")
    shares: list[Annotated[tuple[Length, Probability], Row]] | None = Field(
        default=None, description="[height, share] rows"
    )

    @model_validator(mode="after")
    def _one(self) -> Heights:
        if (self.rayleigh is None) == (self.shares is None):
            raise ValueError("needs either rayleigh or shares")
        if self.shares is not None and not any(s.law == "same_as" or s.span[1] > 0 for _, s in self.shares):
            raise ValueError("needs a share above 0")
        return self


#: Kinds of town of ITU-R P.1410: built-up share, buildings per km2, Rayleigh scale of their heights in m. The four sets
#: are those that its users share (Al-Hourani et al. 2014, Holis and Pechac 2008).
TOWNS = {
    "suburban": (0.1, 750.0, 8.0),
    "urban": (0.3, 500.0, 15.0),
    "dense": (0.5, 300.0, 20.0),
    "high-rise": (0.5, 300.0, 50.0),
}


class City(Model):
    """A statistical city in a disc, where there are no footprints: the Boolean model, of buildings whose density,
    perimeter and heights are given, or a kind of town of ITU-R P.1410."""

    kind: Literal["city"]
    centre: Place
    radius: Length
    preset: Literal["suburban", "urban", "dense", "high-rise"] | None = Field(
        default=None, description="of ITU-R P.1410, in place of density, perimeter and heights"
    )
    density: Density | None = Field(default=None, description="buildings per area")
    perimeter: Length | None = Field(default=None, description="mean perimeter of a building")
    heights: Heights | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> City:
        given = {name: getattr(self, name) is not None for name in ("density", "perimeter", "heights")}
        if self.preset is not None and any(given.values()):
            raise ValueError(f"a preset stands in place of {', '.join(n for n in given if given[n])}: remove one")
        if self.preset is None and not all(given.values()):
            raise ValueError(f"needs {', '.join(n for n in given if not given[n])}, or a preset")
        return self


class Smooth(Model):
    """A smooth earth with the 4/3-earth horizon."""

    kind: Literal["smooth"]


class Open(Model):
    """No obstruction at all, not even the horizon: for closed forms."""

    kind: Literal["open"]


class Buildings(Model):
    """Footprints of buildings with heights or storeys, in any format of polygons."""

    file: File = Field(description="GeoJSON, GeoParquet, GeoPackage, FlatGeobuf, Shapefile; also in .gz or .zip")
    layer: Text | None = Field(default=None, description="of the file, where it holds several with polygons")
    height: Text = Field(default="height", description="the property that holds heights, m")
    storeys: Text = Field(default="building:levels", description="the property that holds storeys")
    storey_height: Annotated[Length, Certain] = fixed(3.2, "length")
    unknown: Annotated[Length, Certain] | None = Field(
        default=None, description="height of buildings without either; none: the median of the others"
    )


#: what heights of a file may be stated to count in
HeightUnit = Literal["m", "dm", "cm", "ft", "us-ft"]


class Canopy(Model):
    """Trees, which a radar does not see through: a raster of their heights, or polygons."""

    file: File = Field(description="a raster of heights, or polygons as for buildings")
    layer: Text | None = Field(default=None, description="of a file of polygons, where it holds several")
    height: Annotated[Length, Certain] = Field(
        default=fixed(18.0, "length"), description="where polygons have no property called height"
    )
    unit: HeightUnit | None = Field(
        default=None, description="of a raster's heights; none: what the file says, or metres"
    )


class Districts(Model):
    """Parts of a city, to say for each how much comes down there and how long before a threat is seen."""

    file: File = Field(description="polygons as for buildings")
    layer: Text | None = Field(default=None, description="of the file, where it holds several with polygons")
    name: Text = Field(default="name", description="the property that holds a district's name, text or a number")
    credit: Text = Field(default="", description="the attribution that the file's licence asks for")


class Clearing(Model):
    """A disc without trees."""

    at: Place
    radius: Annotated[Length, Certain]


class Mapped(Model):
    """A real surface from files: terrain, buildings and trees. Altitudes are then above sea level."""

    kind: Literal["mapped"]
    terrain: list[File] = Field(
        default_factory=list, description="elevation rasters: GeoTIFF, SRTM .hgt, DTED; none: level ground"
    )
    terrain_unit: HeightUnit | None = Field(
        default=None, description="of the heights in the terrain's files; none: what each file says, or metres"
    )
    below_sea: Literal["water", "land"] | None = Field(
        default=None,
        description="what lies below 0 m in the terrain's files; none: told from how deep and how wide it is",
    )
    buildings: Buildings | None = None
    canopy: list[Canopy] = Field(default_factory=list)
    clearings: list[Clearing] = Field(default_factory=list)
    cell: Annotated[Length, Certain] | None = Field(
        default=None,
        description="finest cell; none: 2 m with buildings or trees, else that of the terrain. Cells double outward",
    )
    range: Annotated[Length, Certain] = Field(
        default=fixed(60_000.0, "length"), description="how far from a sensor the surface can hide anything"
    )
    credit: Text = Field(default="", description="the attribution that the files' licences ask for; printed with maps")
    note: Text = ""

    @field_validator("cell")
    @classmethod
    def _cell_of_a_size(cls, cell: Uncertain | None) -> Uncertain | None:
        if cell is not None and not 0.5 <= cell.likely <= 1000.0:
            raise ValueError(f"must lie between 0.5 m and 1000 m, found {cell.likely:g} m")
        return cell

    @field_validator("range")
    @classmethod
    def _range_of_a_size(cls, reach: Uncertain) -> Uncertain:
        if not 1_000.0 <= reach.likely <= 500_000.0:
            raise ValueError(f"must lie between 1 km and 500 km, found {reach.likely / 1000:g} km")
        return reach

    @model_validator(mode="after")
    def _something(self) -> Mapped:
        if not (self.terrain or self.buildings or self.canopy):
            raise ValueError("needs terrain, buildings or canopy")
        return self

    def files(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every file with the path of the field that names it."""
        named: list[tuple[tuple[str | int, ...], str]] = [(("terrain", k), name) for k, name in enumerate(self.terrain)]
        if self.buildings is not None:
            named.append((("buildings", "file"), self.buildings.file))
        return named + [(("canopy", k, "file"), canopy.file) for k, canopy in enumerate(self.canopy)]


Surface = Annotated[City | Mapped | Smooth | Open, Field(discriminator="kind")]

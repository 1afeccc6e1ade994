"""In which money costs are told; prices are written in US dollars."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from bartizan.world.schema.fields import Model, Text

#: The year whose dollars the catalogue's prices are meant in.
YEAR = 2024


class Money(Model):
    """What costs are told in. Prices are written in US dollars, those of the catalogue as of 2024."""

    currency: Text = Field(default="USD", description="three capital letters, as ISO 4217 has them")
    year: int = Field(default=YEAR, ge=1900, le=2200, description="whose money it is")
    per_dollar: float = Field(
        default=1.0, gt=0, le=1e6, description="how much of it a dollar of the prices is; of another currency required"
    )

    @field_validator("currency")
    @classmethod
    def _three_letters(cls, currency: str) -> str:
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise ValueError("must be three capital letters, such as EUR")
        return currency

    @model_validator(mode="after")
    def _exchanged(self) -> Money:
        if "per_dollar" not in self.model_fields_set and (self.currency, self.year) != ("USD", YEAR):
            raise ValueError(f"needs per_dollar: how much {self.currency} of {self.year} a dollar of {YEAR} is")
        return self

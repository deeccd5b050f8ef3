"""Numbers as goals use them: finite, and so bounded that no formula can overflow."""

from typing import Annotated

from pydantic import Field

LARGEST = 1e12
SMALLEST_STEP = 1e-6

Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Step = Annotated[float, Field(ge=SMALLEST_STEP, le=LARGEST, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0.001, le=1000, allow_inf_nan=False)]

"""What routes need of the copy: how fresh it is."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from chassis.freshness import Replica, replica_of

Copy: TypeAlias = Annotated[Replica, Depends(replica_of("checkins"))]
"""Declared by a route that may show words: memberships that have ended may not be known yet."""

"""Values that machines put, one of a day or many at once, and which machines may."""

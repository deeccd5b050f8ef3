"""`soihtu import`: goals of another system, through a neutral format and the public APIs."""

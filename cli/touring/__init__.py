"""`soihtu tour`: a newcomer's walk through the demo, by real calls, each with an explanation."""

"""The year, article by article (办法一条一条怎么办): one folder per area.

The later article lies above the earlier; an area reads the areas below it, never above.
"""

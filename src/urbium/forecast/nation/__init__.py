"""Nation: cities, other urban, rural and all, adding up in every future."""

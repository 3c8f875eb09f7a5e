"""Places: institutions, areas, meeting places, collection points and numbers; looking, writing in, bringing in lists."""

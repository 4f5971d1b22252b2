"""Reading stakes with a small network: the text as units, a window around each percentage, the network, its reading."""

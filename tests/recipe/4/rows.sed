s/TODO: what one learns/what is left of the noise in a mean of weights/

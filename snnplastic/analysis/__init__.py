"""What is measured on a run's arrays: EPSP amplitudes, fits, errors in units of the published sem."""

"""Long runs that measure and hold the figures the project promises."""

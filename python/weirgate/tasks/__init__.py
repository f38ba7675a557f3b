"""Tasks: how far the work is that Midjourney, Suno and video vendors were asked for."""

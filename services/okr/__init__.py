"""The okr service: organisation, people, cycles, goals and their progress."""

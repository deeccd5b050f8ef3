"""What tests of several services stand on."""

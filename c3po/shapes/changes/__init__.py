"""What can be done to a shape: cut, stretched, thickened, hollowed, hidden among other things. Geometry only."""

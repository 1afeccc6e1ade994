"""Which values of a defence's own rules let least through: played with common luck, the best proved in fresh worlds."""

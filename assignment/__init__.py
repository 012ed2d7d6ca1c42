"""Who reviews whom, and when (谁评谁、何时评): from one year's facts to a published calendar."""

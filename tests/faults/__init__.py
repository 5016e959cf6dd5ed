"""Real faults on real processes: ``make faults``; what a machine cannot do is skipped loudly."""

"""The contest: editions, stages, entries, rubrics, scoresheets, rankings, results."""

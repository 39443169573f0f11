"""What a person should look at: labels that are probably wrong."""

from fakta_lab.review.run import Review, Suspicion, review_labels

__all__ = ["Review", "Suspicion", "review_labels"]

"""Clean pages made into what a scanner, a phone or a fax makes of them.

Nothing of a clean page is known to be readable afterwards: the truth of a document stays what its sender printed.
"""

from fakta_lab.synth.scan.document import scan_image, scan_pdf
from fakta_lab.synth.scan.severity import SEVERITIES, Conditions, Severity, conditions

__all__ = ["SEVERITIES", "Conditions", "Severity", "conditions", "scan_image", "scan_pdf"]

"""Personal identity numbers on documents: found, masked or given pseudonyms, in values, words and page pictures.

Nothing here runs by itself. A sole trader's organisation number is the owner's personal number, so masking everything
takes the supplier's identity with it; `Finding.role` lets a caller decide.

>>> mask_values({"supplier_org_number": "811228-9874"})
{'supplier_org_number': '******-****'}
"""

from fakta_lab.privacy.mask import finding_boxes, mask_document, mask_image, mask_text, mask_values, numbers_in
from fakta_lab.privacy.personal_data import IDENTITY_NUMBERS, KINDS, Finding, found_numbers, personal_data
from fakta_lab.privacy.pseudonyms import Pseudonyms

__all__ = [
    "IDENTITY_NUMBERS",
    "KINDS",
    "Finding",
    "Pseudonyms",
    "finding_boxes",
    "found_numbers",
    "mask_document",
    "mask_image",
    "mask_text",
    "mask_values",
    "numbers_in",
    "personal_data",
]

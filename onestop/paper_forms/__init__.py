"""Blank forms of the most used procedures, to print and fill in: kept as data, drawn as PDF when first asked for."""

from onestop.paper_forms.files import form_file
from onestop.paper_forms.forms import PaperForm, all_forms, forms_of

__all__ = ["PaperForm", "all_forms", "form_file", "forms_of"]

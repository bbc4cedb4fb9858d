"""Values to text and back: the inputs, results and signals of workflows and activities.

From top to bottom, each importing only what is below it:

===============  ===================================================================================
``signatures``   a call of a function as text and back: its arguments, its result
``claim_check``  texts that are too large for SWF, kept in a store
``codec``        JsonCodec, the default: plain JSON values as they are
``structurer``   JSON made into what an annotation asks for, by cattrs; loaded when needed
``annotations``  all the types that an annotation holds
``codec_error``  CodecError, and how errors name a place in a value
``unions``       which member of a union a JSON value is
``json_values``  what each Python type is in JSON
===============  ===================================================================================
"""

from __future__ import annotations

__all__: list[str] = []

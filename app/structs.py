"""The values that parts of the program hand to each other: msgspec's structs.

Of a dataclass each class is code that is compiled at every start, about a millisecond; of a struct
it is ready at once, and making, comparing and hashing one is done in C. Here, and not from the
library, so that views and controllers need not know what else it is there for.
"""

from msgspec import Struct as Struct
from msgspec import field as field
from msgspec.structs import asdict as asdict
from msgspec.structs import replace as replace

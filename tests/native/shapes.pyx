# cython: language_level=3
"""Shapes that are quick to draw."""
cimport numpy as cnp
import numpy as np
from libc.math cimport sin, cos as cosine
from .colours cimport Colour, mix
from .tools import check, (
    load)
include "extra.pxi"

DEF LIMIT = 10
DEFAULT: int = 3
__all__ = ["Circle"]

cdef extern from "draw.h" nogil:
    ctypedef struct point_t:
        double x, y
        int tags[4]
    enum:
        DRAW_OK
        DRAW_BAD = 2
    int draw_point(point_t *where, int count) except -1
    double scale "draw_scale"

cdef extern from "<vector>" namespace "std":
    cdef cppclass vector[T]:
        void push_back(T&)

ctypedef double real_t
ctypedef int (*handler)(void *data, int size)
ctypedef fused number:
    int
    double

cdef enum Mode:
    PLAIN, BOLD = 2

cdef int counter = 0, limit
cdef:
    double width
    cnp.ndarray[double, ndim=2] cache = None

cdef class Circle(Shape):
    """A round shape.

    More on it.
    """
    cdef public double radius
    cdef readonly object _lock
    size = 3

    def __init__(self, double radius=1, *, name="a(b"):
        cdef int local = 3
        self.radius = radius
        check(name)

    cpdef double area(self, bint exact=True) except? -1:
        """Return the area."""
        return self.radius * sin(1.0) * np.pi

    @property
    def name(self):
        return self._name

    cdef inline int _go(self, point_t[:, ::1] points, int* out) noexcept nogil:
        for i in range(3):
            out[i] = draw_point(&points[0], counter)
        return 0

class Plain:
    def run(self):
        def inner(a):
            return a
        return Circle(2).area()

cdef double helper(double x):
    return x

async def wait(n: int) -> int:
    return helper(n)

#include <Python.h>

static PyObject *
pack(PyObject *self, PyObject *args)
{
    Py_buffer view;
    int result;

    Py_BEGIN_ALLOW_THREADS
    if (result > 0)
    {
        result = squeeze(&view);
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    if (result < 0)
    {
        return NULL;
    }
    return Py_None;
}

static INLINE PyObject *FASTCALL unpack(PyObject *self)
{
    Py_RETURN_NONE;
}

static const int limit = 3;

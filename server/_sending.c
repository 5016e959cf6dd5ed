/* Many datagrams in one system call, without laying them out first.
 *
 * Twin of the slots of batch_socket.py. There each datagram is copied and its length written by the
 * interpreter; here the kernel's headers point at the bytes where they are. This file knows no
 * session and no key: it takes the (bytes, address) pairs that every DatagramSocket takes.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE
#include <Python.h>
#include <string.h>
#include <sys/socket.h>

enum { SLOTS = 128 };

/* One message, whose bytes stay where they are as long as `held` holds them. The kernel only reads
 * them. 1: ready; 0: the address has no name yet; -1: an error is set. */
static int lay_out(struct mmsghdr *message, struct iovec *vector, PyObject *pair, PyObject *names,
                   PyObject *sources, PyObject **held) {
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2 ||
        !PyBytes_Check(PyTuple_GET_ITEM(pair, 0))) {
        PyErr_SetString(PyExc_TypeError, "a datagram is bytes with an address");
        return -1;
    }
    PyObject *datagram = PyTuple_GET_ITEM(pair, 0), *source = NULL;
    PyObject *name = PyDict_GetItemWithError(names, PyTuple_GET_ITEM(pair, 1));
    if (!name) return PyErr_Occurred() ? -1 : 0;
    /* Of bytes alone a look into a dictionary runs nobody's code, which might drop the name. */
    if (PyBytes_CheckExact(name) && PyDict_Check(sources)) {
        source = PyDict_GetItemWithError(sources, name);
        if (!source && PyErr_Occurred()) return -1;
    }
    if (!PyBytes_CheckExact(name) || (source && !PyBytes_Check(source))) {
        PyErr_SetString(PyExc_TypeError, "names and sources are bytes");
        return -1;
    }
    vector->iov_base = PyBytes_AS_STRING(datagram);
    vector->iov_len = (size_t)PyBytes_GET_SIZE(datagram);
    memset(message, 0, sizeof *message);
    message->msg_hdr.msg_name = PyBytes_AS_STRING(name);
    message->msg_hdr.msg_namelen = (socklen_t)PyBytes_GET_SIZE(name);
    message->msg_hdr.msg_iov = vector;
    message->msg_hdr.msg_iovlen = 1;
    if (source) {
        message->msg_hdr.msg_control = PyBytes_AS_STRING(source);
        message->msg_hdr.msg_controllen = (size_t)PyBytes_GET_SIZE(source);
    }
    held[0] = Py_NewRef(datagram);
    held[1] = Py_NewRef(name);
    held[2] = Py_XNewRef(source);
    return 1;
}

static PyObject *send_from(PyObject *module, PyObject *args) {
    PyObject *datagrams, *names, *sources, *held[3 * SLOTS];
    struct mmsghdr messages[SLOTS];
    struct iovec vectors[SLOTS];
    Py_ssize_t start;
    int descriptor, count = 0, ready = 1, sent = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "iO!nO!O:send_from", &descriptor, &PyList_Type, &datagrams, &start,
                          &PyDict_Type, &names, &sources))
        return NULL;
    if (start < 0) {
        PyErr_SetString(PyExc_ValueError, "a place before the first datagram");
        return NULL;
    }
    while (count < SLOTS && start + count < PyList_GET_SIZE(datagrams)) {
        /* Held while it is looked at: comparing addresses may run foreign code. */
        PyObject *pair = Py_NewRef(PyList_GET_ITEM(datagrams, start + count));
        ready = lay_out(&messages[count], &vectors[count], pair, names, sources, held + 3 * count);
        Py_DECREF(pair);
        if (ready < 1) break;
        count++;
    }
    if (ready >= 0 && count) {
        /* The kernel copies each datagram and walks it through the network: a commit's thread may
         * have the interpreter meanwhile. */
        Py_BEGIN_ALLOW_THREADS
        sent = sendmmsg(descriptor, messages, (unsigned)count, 0);
        Py_END_ALLOW_THREADS
        if (sent <= 0) PyErr_SetFromErrno(PyExc_OSError);
    }
    for (int i = 0; i < 3 * count; i++) Py_XDECREF(held[i]);
    return ready < 0 || (count && sent <= 0) ? NULL : PyLong_FromLong(sent);
}

static PyMethodDef functions[] = {{"send_from", send_from, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "server._sending", "See batch_socket.py.", -1, functions,
};

PyMODINIT_FUNC PyInit__sending(void) { return PyModule_Create(&definition); }

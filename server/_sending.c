/* Many datagrams in one system call, without laying them out first.
 *
 * Twin of the slots of batch_socket.py. There each datagram is copied and its length written by the
 * interpreter; here the kernel's headers point at the bytes where they are. This file knows no
 * session and no key: it takes the (bytes, address) pairs that every DatagramSocket takes.
 *
 * Neighbours for one peer leave as one message that the kernel cuts apart (UDP_SEGMENT, udp(7), Linux
 * 4.18): most of a datagram's cost is its way through the kernel, and a run goes it once. All of a
 * run have one length, but for the last, which may be shorter.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE
#include <Python.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum {
    INTERFACE = 2, /* as in batch_socket.py */
    SLOTS = 128,
    PARTS = 512,
    /* The kernel cuts at most 64, and takes at most 65,507 bytes. */
    RUN_PARTS_MAX = 40,
    RUN_BYTES_MAX = 60000,
    SOURCE_BYTES_MAX = 64,
    /* Not named in all headers. */
    SEGMENT_LEVEL = 17,
    SEGMENT_TYPE = 103,
};

/* What is laid out so far. The kernel only reads it; the bytes stay where they are as long as they
 * are held. */
typedef struct {
    struct mmsghdr messages[SLOTS];
    struct iovec parts[PARTS];
    _Alignas(struct cmsghdr) char controls[SLOTS][SOURCE_BYTES_MAX + CMSG_SPACE(sizeof(uint16_t))];
    PyObject *held[PARTS + 2 * SLOTS];
    int parts_to[SLOTS]; /* how many parts there are up to the end of each message */
    int message_count, part_count, held_count;
} Layout;

static PyObject *hold(Layout *layout, PyObject *object) {
    return layout->held[layout->held_count++] = Py_NewRef(object);
}

static int is_datagram(PyObject *pair) {
    return PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) == 2 &&
           PyBytes_Check(PyTuple_GET_ITEM(pair, 0));
}

/* Parts of the next message: one datagram, or a run of them. */
static int lay_out_parts(Layout *layout, PyObject *datagrams, Py_ssize_t start, int parts_max) {
    PyObject *address = PyTuple_GET_ITEM(PyList_GET_ITEM(datagrams, start), 1);
    Py_ssize_t longest = 0, total = 0;
    int count = 0;
    while (count < parts_max && start + count < PyList_GET_SIZE(datagrams)) {
        PyObject *pair = PyList_GET_ITEM(datagrams, start + count);
        if (!is_datagram(pair) || PyTuple_GET_ITEM(pair, 1) != address) break;
        PyObject *datagram = PyTuple_GET_ITEM(pair, 0);
        Py_ssize_t size = PyBytes_GET_SIZE(datagram);
        total += size;
        if (!count) longest = size;
        else if (!size || size > longest || total > RUN_BYTES_MAX) break; /* nothing is cut off empty */
        struct iovec *part = &layout->parts[layout->part_count + count++];
        part->iov_base = PyBytes_AS_STRING(hold(layout, datagram));
        part->iov_len = (size_t)size;
        if (size < longest || !size) break; /* the last one */
    }
    return count;
}

/* What tells the kernel where to send from, and where to cut. */
static void set_control(struct msghdr *header, char *control, PyObject *source, uint16_t cut_at) {
    size_t used = source ? (size_t)PyBytes_GET_SIZE(source) : 0;
    if (!cut_at) {
        header->msg_control = source ? PyBytes_AS_STRING(source) : NULL;
        header->msg_controllen = used;
        return;
    }
    if (source) memcpy(control, PyBytes_AS_STRING(source), used);
    used = CMSG_ALIGN(used);
    struct cmsghdr *segment = (struct cmsghdr *)(control + used);
    segment->cmsg_level = SEGMENT_LEVEL;
    segment->cmsg_type = SEGMENT_TYPE;
    segment->cmsg_len = CMSG_LEN(sizeof cut_at);
    memcpy(CMSG_DATA(segment), &cut_at, sizeof cut_at);
    header->msg_control = control;
    header->msg_controllen = used + CMSG_SPACE(sizeof cut_at);
}

/* The next message. 1: it is there; 0: its address has no name yet; -1: an error is set. */
static int lay_out(Layout *layout, PyObject *datagrams, Py_ssize_t start, int parts_max,
                   PyObject *names, PyObject *sources) {
    if (!is_datagram(PyList_GET_ITEM(datagrams, start))) {
        PyErr_SetString(PyExc_TypeError, "a datagram is bytes with an address");
        return -1;
    }
    /* Held while it is looked at: comparing addresses may run foreign code. */
    PyObject *address = Py_NewRef(PyTuple_GET_ITEM(PyList_GET_ITEM(datagrams, start), 1));
    int count = lay_out_parts(layout, datagrams, start, parts_max);
    PyObject *name = PyDict_GetItemWithError(names, address), *source = NULL;
    Py_DECREF(address);
    if (!name) return PyErr_Occurred() ? -1 : 0;
    /* Of bytes alone a look into a dictionary runs nobody's code, which might drop the name. */
    if (PyBytes_CheckExact(name) && PyDict_Check(sources)) {
        source = PyDict_GetItemWithError(sources, name);
        if (!source && PyErr_Occurred()) return -1;
    }
    if (!PyBytes_CheckExact(name) ||
        (source && (!PyBytes_Check(source) || PyBytes_GET_SIZE(source) > SOURCE_BYTES_MAX))) {
        PyErr_SetString(PyExc_TypeError, "names and sources are bytes, and short");
        return -1;
    }
    struct iovec *parts = &layout->parts[layout->part_count];
    struct msghdr *header = &layout->messages[layout->message_count].msg_hdr;
    memset(header, 0, sizeof *header);
    header->msg_name = PyBytes_AS_STRING(hold(layout, name));
    header->msg_namelen = (socklen_t)PyBytes_GET_SIZE(name);
    header->msg_iov = parts;
    header->msg_iovlen = (size_t)count;
    if (source) hold(layout, source);
    set_control(header, layout->controls[layout->message_count], source,
                count > 1 ? (uint16_t)parts->iov_len : 0);
    layout->part_count += count;
    layout->parts_to[layout->message_count++] = layout->part_count;
    return 1;
}

static PyObject *send_from(PyObject *module, PyObject *args) {
    PyObject *datagrams, *names, *sources;
    Py_ssize_t start;
    int descriptor, in_runs, ready = 1, sent = 0;
    Layout layout;
    (void)module;
    if (!PyArg_ParseTuple(args, "iO!nO!Op:send_from", &descriptor, &PyList_Type, &datagrams, &start,
                          &PyDict_Type, &names, &sources, &in_runs))
        return NULL;
    if (start < 0) {
        PyErr_SetString(PyExc_ValueError, "a place before the first datagram");
        return NULL;
    }
    layout.message_count = layout.part_count = layout.held_count = 0;
    while (ready > 0 && layout.message_count < SLOTS && layout.part_count < PARTS &&
           start + layout.part_count < PyList_GET_SIZE(datagrams)) {
        int left = PARTS - layout.part_count;
        int parts_max = !in_runs ? 1 : left < RUN_PARTS_MAX ? left : RUN_PARTS_MAX;
        ready = lay_out(&layout, datagrams, start + layout.part_count, parts_max, names, sources);
    }
    if (ready >= 0 && layout.message_count) {
        /* The kernel copies each datagram and walks it through the network: a commit's thread may
         * have the interpreter meanwhile. */
        Py_BEGIN_ALLOW_THREADS
        sent = sendmmsg(descriptor, layout.messages, (unsigned)layout.message_count, 0);
        Py_END_ALLOW_THREADS
        if (sent <= 0) PyErr_SetFromErrno(PyExc_OSError);
    }
    while (layout.held_count) Py_DECREF(layout.held[--layout.held_count]);
    if (ready < 0 || (layout.message_count && sent <= 0)) return NULL;
    return PyLong_FromLong(sent ? layout.parts_to[sent - 1] : 0);
}

static PyMethodDef functions[] = {{"send_from", send_from, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "server._sending", "See batch_socket.py.", -1, functions,
};

PyMODINIT_FUNC PyInit__sending(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddIntMacro(module, INTERFACE) < 0) Py_CLEAR(module);
    return module;
}

/* The sending half of many sessions, natively: one call seals a push for everybody in a room.
 *
 * Twin of plain_sealing.py, which is the reference and has the docstrings; tests hold both to the
 * same results. Why in C: a delivery costs little beside a cipher and the kernel's part, but in
 * Python each crosses six calls and as many objects that have left the caches. Here it is one pass
 * over numbers that lie beside each other. The datagrams come back as ordinary (bytes, address)
 * pairs, so that whoever sends them, a socket or a simulation, need not know who sealed them.
 *
 * The cipher is OpenSSL's (the library that Python's hashlib loads as well), by its documented EVP
 * functions; they are looked up at run time, so that building this takes no headers but Python's.
 * One context serves all keys, guarded by the GIL, which is never given up in here: it stays in the
 * caches, while a context for each session, ten times as large as a key, would not.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <structmember.h>

/* As in limits.py, datagrams.py and channel.py; a test compares them. */
enum {
    INTERFACE = 3,
    DATA = 6,
    HEADER_BYTES = 17,
    TAG_BYTES = 16,
    DATAGRAM_BYTES_MAX = 1200,
    PLAINTEXT_BYTES_MAX = DATAGRAM_BYTES_MAX - HEADER_BYTES - TAG_BYTES,
    COUNTED_BYTES_MIN = DATAGRAM_BYTES_MAX / 8,
    FAILED_OPENS_MAX = 1 << 20,
    TIMES = 128, /* a power of two */
    KEY_BYTES = 32,
    NONCE_BYTES = 12,
};
static const uint64_t DATAGRAMS_PER_KEY_MAX = 1ULL << 32;

/* --- the cipher ------------------------------------------------------------------------------ */
typedef struct evp_cipher_ctx_st Context;
typedef struct evp_cipher_st Cipher;
typedef int Init(Context *, const Cipher *, void *, const unsigned char *, const unsigned char *);
typedef int Update(Context *, unsigned char *, int *, const unsigned char *, int);
typedef int Final(Context *, unsigned char *, int *);
enum { GET_TAG = 0x10, SET_TAG = 0x11 };

static struct {
    Context *(*new_context)(void);
    const Cipher *(*chacha20_poly1305)(void);
    Init *encrypt_init, *decrypt_init;
    Update *encrypt_update, *decrypt_update;
    Final *encrypt_final, *decrypt_final;
    int (*control)(Context *, int, int, void *);
} evp;
static Context *sealing, *opening;

static int load_cipher(void) {
    const struct { void *place; const char *name; } wanted[] = {
        {&evp.new_context, "EVP_CIPHER_CTX_new"},
        {&evp.chacha20_poly1305, "EVP_chacha20_poly1305"},
        {&evp.encrypt_init, "EVP_EncryptInit_ex"},
        {&evp.decrypt_init, "EVP_DecryptInit_ex"},
        {&evp.encrypt_update, "EVP_EncryptUpdate"},
        {&evp.decrypt_update, "EVP_DecryptUpdate"},
        {&evp.encrypt_final, "EVP_EncryptFinal_ex"},
        {&evp.decrypt_final, "EVP_DecryptFinal_ex"},
        {&evp.control, "EVP_CIPHER_CTX_ctrl"},
    };
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) return -1;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        void *found = dlsym(library, wanted[i].name);
        if (!found) return -1;
        memcpy(wanted[i].place, &found, sizeof found);
    }
    sealing = evp.new_context();
    opening = evp.new_context();
    if (!sealing || !opening) return -1;
    const Cipher *cipher = evp.chacha20_poly1305();
    return cipher && evp.encrypt_init(sealing, cipher, NULL, NULL, NULL) == 1 &&
                   evp.decrypt_init(opening, cipher, NULL, NULL, NULL) == 1
               ? 0 : -1;
}

static void store(unsigned char *out, uint64_t value, int big_endian) {
    for (int i = 0; i < 8; i++) out[i] = (unsigned char)(value >> 8 * (big_endian ? 7 - i : i));
}

/* --- Keys: one session's keys and counter ------------------------------------------------------- */
typedef struct {
    PyObject_HEAD
    /* What sealing needs comes first, and lies together. */
    unsigned long long remote_index, sent_counter, failed_opens;
    char has_keys;
    unsigned char send_key[KEY_BYTES], receive_key[KEY_BYTES];
} Keys;

static int keys_init(Keys *self, PyObject *args, PyObject *named) {
    static char *names[] = {"send_key", "receive_key", "remote_index", NULL};
    Py_buffer send, receive;
    PyObject *index;
    if (!PyArg_ParseTupleAndKeywords(args, named, "y*y*O!:Keys", names, &send, &receive,
                                     &PyLong_Type, &index))
        return -1;
    self->remote_index = PyLong_AsUnsignedLongLong(index);
    int fits = send.len == KEY_BYTES && receive.len == KEY_BYTES;
    if (fits && !PyErr_Occurred()) {
        memcpy(self->send_key, send.buf, KEY_BYTES);
        memcpy(self->receive_key, receive.buf, KEY_BYTES);
        self->sent_counter = self->failed_opens = 0;
        self->has_keys = 1;
    } else if (!fits) {
        PyErr_SetString(PyExc_ValueError, "a key has 32 bytes");
    }
    PyBuffer_Release(&send);
    PyBuffer_Release(&receive);
    return PyErr_Occurred() ? -1 : 0;
}

static void keys_dealloc(Keys *self) {
    explicit_bzero(self->send_key, KEY_BYTES);
    explicit_bzero(self->receive_key, KEY_BYTES);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *refused(PyObject *error, const char *why) {
    PyErr_SetString(error, why);
    return NULL;
}

static int used_up(const Keys *self) {
    return !self->has_keys || self->sent_counter >= DATAGRAMS_PER_KEY_MAX ||
           self->failed_opens >= FAILED_OPENS_MAX;
}

/* The datagram of a plaintext; its size was looked at, and that the keys are not used up. The
 * counter is taken before the cipher is asked: whatever happens, it is never used again. */
static PyObject *sealed(Keys *self, const char *plaintext, Py_ssize_t size) {
    PyObject *datagram = PyBytes_FromStringAndSize(NULL, HEADER_BYTES + size + TAG_BYTES);
    if (!datagram) return NULL;
    unsigned char *out = (unsigned char *)PyBytes_AS_STRING(datagram), nonce[NONCE_BYTES] = {0};
    uint64_t counter = self->sent_counter++;
    int done = 0;
    out[0] = DATA;
    store(out + 1, self->remote_index, 1);
    store(out + 9, counter, 1);
    store(nonce + 4, counter, 0);
    if (evp.encrypt_init(sealing, NULL, NULL, self->send_key, nonce) == 1 &&
        evp.encrypt_update(sealing, NULL, &done, out, HEADER_BYTES) == 1 &&
        evp.encrypt_update(sealing, out + HEADER_BYTES, &done, (const unsigned char *)plaintext,
                           (int)size) == 1 &&
        evp.encrypt_final(sealing, out + HEADER_BYTES + size, &done) == 1 &&
        evp.control(sealing, GET_TAG, TAG_BYTES, out + HEADER_BYTES + size) == 1)
        return datagram;
    Py_DECREF(datagram);
    return refused(PyExc_RuntimeError, "the cipher failed");
}

static PyObject *keys_encrypt(Keys *self, PyObject *plaintext) {
    if (!PyBytes_Check(plaintext)) return refused(PyExc_TypeError, "a plaintext is bytes");
    if (PyBytes_GET_SIZE(plaintext) > PLAINTEXT_BYTES_MAX || used_up(self))
        return refused(PyExc_ValueError, "too long a plaintext, or used-up keys");
    return sealed(self, PyBytes_AS_STRING(plaintext), PyBytes_GET_SIZE(plaintext));
}

static PyObject *keys_decrypt(Keys *self, PyObject *datagram) {
    if (!PyBytes_Check(datagram)) return refused(PyExc_TypeError, "a datagram is bytes");
    if (!self->has_keys) return refused(PyExc_ValueError, "no keys");
    const unsigned char *in = (const unsigned char *)PyBytes_AS_STRING(datagram);
    Py_ssize_t size = PyBytes_GET_SIZE(datagram) - HEADER_BYTES - TAG_BYTES;
    if (size < 0 || size > PLAINTEXT_BYTES_MAX)
        return refused(PyExc_ValueError, "too short or too long a datagram");
    PyObject *plaintext = PyBytes_FromStringAndSize(NULL, size);
    if (!plaintext) return NULL;
    unsigned char *out = (unsigned char *)PyBytes_AS_STRING(plaintext);
    unsigned char nonce[NONCE_BYTES] = {0}, tag[TAG_BYTES], rest[TAG_BYTES];
    int done = 0;
    for (int i = 0; i < 8; i++) nonce[4 + i] = in[HEADER_BYTES - 1 - i];
    memcpy(tag, in + HEADER_BYTES + size, TAG_BYTES);
    int ready = evp.decrypt_init(opening, NULL, NULL, self->receive_key, nonce) == 1 &&
                evp.control(opening, SET_TAG, TAG_BYTES, tag) == 1 &&
                evp.decrypt_update(opening, NULL, &done, in, HEADER_BYTES) == 1 &&
                evp.decrypt_update(opening, out, &done, in + HEADER_BYTES, (int)size) == 1;
    if (ready && evp.decrypt_final(opening, rest, &done) == 1) return plaintext;
    Py_DECREF(plaintext); /* nothing of what did not prove genuine gets out */
    if (ready) Py_RETURN_NONE;
    return refused(PyExc_RuntimeError, "the cipher failed");
}

static PyMethodDef keys_methods[] = {
    {"encrypt", (PyCFunction)keys_encrypt, METH_O, NULL},
    {"decrypt", (PyCFunction)keys_decrypt, METH_O, NULL},
    {NULL},
};
static PyMemberDef keys_members[] = {
    {"remote_index", T_ULONGLONG, offsetof(Keys, remote_index)},
    {"sent_counter", T_ULONGLONG, offsetof(Keys, sent_counter)},
    {"failed_opens", T_ULONGLONG, offsetof(Keys, failed_opens)},
    {NULL},
};
static PyTypeObject KeysType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "protocol._sealing.Keys",
    .tp_basicsize = sizeof(Keys),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)keys_init,
    .tp_dealloc = (destructor)keys_dealloc,
    .tp_methods = keys_methods,
    .tp_members = keys_members,
};

/* --- Sent: what is known of the datagrams that left --------------------------------------------- */
typedef struct {
    PyObject_HEAD
    double window, lossy_until;
    long long sent, counted_bytes, reported_bytes;
    char awaited;
    struct { double at; long long counted_to; } newest[TIMES];
} Sent;

static int sent_init(Sent *self, PyObject *args, PyObject *named) {
    static char *names[] = {"window", NULL};
    return PyArg_ParseTupleAndKeywords(args, named, "d:Sent", names, &self->window) ? 0 : -1;
}

static long long counted(Py_ssize_t size) {
    return size > COUNTED_BYTES_MIN ? (long long)size : COUNTED_BYTES_MIN;
}

static int is_open(const Sent *self, long long more) {
    double out = (double)self->counted_bytes - (double)self->reported_bytes + (double)more;
    return out < self->window * DATAGRAM_BYTES_MAX;
}

static void note(Sent *self, uint64_t counter, double now, long long bytes) {
    self->sent = (long long)(counter + 1);
    /* Unsigned, because C knows no overflow of signed numbers. */
    self->counted_bytes = (long long)((uint64_t)self->counted_bytes + (uint64_t)bytes);
    self->newest[counter % TIMES].at = now;
    self->newest[counter % TIMES].counted_to = self->counted_bytes;
}

static PyObject *sent_on_sent(Sent *self, PyObject *args, PyObject *named) {
    static char *names[] = {"counter", "now", "size_bytes", "quiet", NULL};
    PyObject *given;
    double now;
    Py_ssize_t size = DATAGRAM_BYTES_MAX;
    int quiet = 0;
    if (!PyArg_ParseTupleAndKeywords(args, named, "O!d|n$p:on_sent", names, &PyLong_Type, &given,
                                     &now, &size, &quiet))
        return NULL;
    uint64_t counter = PyLong_AsUnsignedLongLong(given);
    if (PyErr_Occurred()) return NULL;
    note(self, counter, now, quiet ? 0 : counted(size));
    Py_RETURN_NONE;
}

static PyObject *sent_may_send(Sent *self, void *unused) {
    (void)unused;
    return PyBool_FromLong(is_open(self, 0));
}

static PyObject *sent_sent_at(Sent *self, PyObject *counter) {
    /* The mask takes any number, a negative one as Python's & does. */
    unsigned long long place = PyLong_AsUnsignedLongLongMask(counter) % TIMES;
    return PyErr_Occurred() ? NULL : PyFloat_FromDouble(self->newest[place].at);
}

static PyObject *sent_counted_to(Sent *self, PyObject *counter) {
    unsigned long long place = PyLong_AsUnsignedLongLongMask(counter) % TIMES;
    return PyErr_Occurred() ? NULL : PyLong_FromLongLong(self->newest[place].counted_to);
}

static PyMethodDef sent_methods[] = {
    {"on_sent", (PyCFunction)(void (*)(void))sent_on_sent, METH_VARARGS | METH_KEYWORDS, NULL},
    {"sent_at", (PyCFunction)sent_sent_at, METH_O, NULL},
    {"counted_to", (PyCFunction)sent_counted_to, METH_O, NULL},
    {NULL},
};
static PyGetSetDef sent_properties[] = {{"may_send", (getter)sent_may_send}, {NULL}};
static PyMemberDef sent_members[] = {
    {"window", T_DOUBLE, offsetof(Sent, window)},
    {"lossy_until", T_DOUBLE, offsetof(Sent, lossy_until)},
    {"awaited", T_BOOL, offsetof(Sent, awaited)},
    {"sent", T_LONGLONG, offsetof(Sent, sent)},
    {"counted_bytes", T_LONGLONG, offsetof(Sent, counted_bytes)},
    {"reported_bytes", T_LONGLONG, offsetof(Sent, reported_bytes)},
    {NULL},
};
static PyTypeObject SentType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "protocol._sealing.Sent",
    .tp_basicsize = sizeof(Sent),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)sent_init,
    .tp_methods = sent_methods,
    .tp_getset = sent_properties,
    .tp_members = sent_members,
};

/* --- where a session keeps what a push needs ----------------------------------------------------- */
enum { CHANNEL, FLOW, ADDRESS, TRIAL, SLOT_COUNT };
static const char *const slot_names[SLOT_COUNT] = {"channel", "flow", "address", "_trial"};
/* The kind of session that was seen last, and where its slots are. */
static struct { PyTypeObject *type; Py_ssize_t at[SLOT_COUNT]; } known;

/* Slots, not attributes of any kind: reading one is one step, and runs nobody's code. Asking the type
 * for them may, if it has a metaclass: the session is held meanwhile. */
static int learn_slots(PyTypeObject *type) {
    Py_ssize_t at[SLOT_COUNT];
    for (int i = 0; i < SLOT_COUNT; i++) {
        PyObject *slot = PyObject_GetAttrString((PyObject *)type, slot_names[i]);
        PyMemberDef *member = slot && Py_IS_TYPE(slot, &PyMemberDescr_Type)
                                  ? ((PyMemberDescrObject *)slot)->d_member : NULL;
        /* A slot of another kind, taken over as an attribute, would be a place outside of this one. */
        int is_slot = member && member->type == T_OBJECT_EX &&
                      PyType_IsSubtype(type, PyDescr_TYPE(slot));
        if (is_slot) at[i] = member->offset;
        Py_XDECREF(slot);
        if (!is_slot) {
            PyErr_Format(PyExc_TypeError, "a session has a slot for %s", slot_names[i]);
            return -1;
        }
    }
    memcpy(known.at, at, sizeof at);
    Py_XSETREF(known.type, (PyTypeObject *)Py_NewRef(type));
    return 0;
}

/* Borrowed; NULL if nothing was ever put there. */
static PyObject *in_slot(PyObject *session, int slot) {
    return *(PyObject **)((char *)session + known.at[slot]);
}

/* --- a push for everybody ----------------------------------------------------------------------- */
/* So many sessions are read ahead together. */
enum { AHEAD = 32 };

/* Reads memory and does nothing with it. A processor waits for several places at once if none of them
 * says where the next one is; going through one session after the other it waits for each. */
static void fetch(const void *at) { (void)*(const volatile char *)at; }

static void fetch_ahead(PyObject *sessions, Py_ssize_t from) {
    const Keys *keys[AHEAD];
    const Sent *sent[AHEAD];
    int count = 0;
    for (Py_ssize_t i = from; i < PyList_GET_SIZE(sessions) && i < from + AHEAD; i++) {
        PyObject *session = PyList_GET_ITEM(sessions, i);
        if (!Py_IS_TYPE(session, known.type)) continue;
        PyObject *channel = in_slot(session, CHANNEL), *flow = in_slot(session, FLOW),
                 *address = in_slot(session, ADDRESS);
        if (address) fetch(address);
        if (!channel || !flow || !PyObject_TypeCheck(channel, &KeysType) ||
            !PyObject_TypeCheck(flow, &SentType))
            continue;
        keys[count] = (const Keys *)channel;
        sent[count++] = (const Sent *)flow;
    }
    for (int i = 0; i < count; i++) {
        fetch(&keys[i]->send_key[KEY_BYTES - 1]);
        fetch(&sent[i]->awaited);
        fetch(&sent[i]->newest[keys[i]->sent_counter % TIMES]);
    }
}

/* 1: sealed all for this session, 2: and nobody waits for its report yet; 0: it has to go the careful
 * way, nothing happened; -1: error. */
static int seal_for_one(PyObject *session, PyObject *plaintexts, double now, PyObject *outgoing) {
    PyObject *channel = in_slot(session, CHANNEL), *flow = in_slot(session, FLOW),
             *address = in_slot(session, ADDRESS);
    if (!channel || !flow || !address || !PyObject_TypeCheck(channel, &KeysType) ||
        !PyObject_TypeCheck(flow, &SentType)) {
        PyErr_SetString(PyExc_TypeError, "a session with another kind of channel or flow");
        return -1;
    }
    Keys *keys = (Keys *)channel;
    Sent *sent = (Sent *)flow;
    Py_ssize_t count = PyTuple_GET_SIZE(plaintexts);
    long long more = 0;
    if (in_slot(session, TRIAL) != Py_None || now < sent->lossy_until || used_up(keys) ||
        (uint64_t)count > DATAGRAMS_PER_KEY_MAX - keys->sent_counter)
        return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!is_open(sent, more)) return 0;
        more += counted(PyBytes_GET_SIZE(PyTuple_GET_ITEM(plaintexts, i)) + HEADER_BYTES + TAG_BYTES);
    }
    /* Held, because making tuples may start the garbage collection, and that runs foreign code. */
    Py_INCREF(channel);
    Py_INCREF(flow);
    Py_INCREF(address);
    int result = 0;
    for (Py_ssize_t i = 0; i < count && result >= 0; i++) {
        PyObject *plaintext = PyTuple_GET_ITEM(plaintexts, i);
        Py_ssize_t size = PyBytes_GET_SIZE(plaintext);
        note(sent, keys->sent_counter, now, counted(size + HEADER_BYTES + TAG_BYTES));
        PyObject *datagram = sealed(keys, PyBytes_AS_STRING(plaintext), size);
        PyObject *pair = datagram ? PyTuple_Pack(2, datagram, address) : NULL;
        Py_XDECREF(datagram);
        if (!pair || PyList_Append(outgoing, pair) < 0) result = -1;
        Py_XDECREF(pair);
    }
    if (!result) result = sent->awaited ? 1 : 2;
    Py_DECREF(channel);
    Py_DECREF(flow);
    Py_DECREF(address);
    return result;
}

static PyObject *seal_for_each(PyObject *module, PyObject *args) {
    PyObject *sessions, *plaintexts, *outgoing, *unawaited;
    Py_ssize_t place;
    double now;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!nO!dO!O!:seal_for_each", &PyList_Type, &sessions, &place,
                          &PyTuple_Type, &plaintexts, &now, &PyList_Type, &outgoing, &PyList_Type,
                          &unawaited))
        return NULL;
    if (place < 0) return refused(PyExc_ValueError, "a place before the first session");
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(plaintexts); i++) {
        PyObject *plaintext = PyTuple_GET_ITEM(plaintexts, i);
        if (!PyBytes_Check(plaintext) || PyBytes_GET_SIZE(plaintext) > PLAINTEXT_BYTES_MAX)
            return refused(PyExc_ValueError, "a plaintext is bytes that fit into a datagram");
    }
    Py_ssize_t fetched_to = place;
    /* The list's length is asked each time: a garbage collection runs foreign code in between. */
    for (; place < PyList_GET_SIZE(sessions); place++) {
        PyObject *session = Py_NewRef(PyList_GET_ITEM(sessions, place));
        int result = Py_IS_TYPE(session, known.type) ? 0 : learn_slots(Py_TYPE(session));
        if (place == fetched_to) {
            fetch_ahead(sessions, place);
            fetched_to += AHEAD;
        }
        if (!result) result = seal_for_one(session, plaintexts, now, outgoing);
        Py_DECREF(session);
        if (result == 2) {
            PyObject *number = PyLong_FromSsize_t(place);
            if (!number || PyList_Append(unawaited, number) < 0) result = -1;
            Py_XDECREF(number);
        }
        if (result < 0) return NULL;
        if (!result) break;
    }
    return PyLong_FromSsize_t(place);
}

static PyMethodDef functions[] = {
    {"seal_for_each", seal_for_each, METH_VARARGS, NULL},
    {NULL},
};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "protocol._sealing", "See plain_sealing.py.", -1, functions,
};

PyMODINIT_FUNC PyInit__sealing(void) {
    if (load_cipher() < 0)
        return refused(PyExc_ImportError, "no libcrypto of OpenSSL 3 with ChaCha20-Poly1305");
    if (PyType_Ready(&KeysType) < 0 || PyType_Ready(&SentType) < 0) return NULL;
    PyObject *module = PyModule_Create(&definition);
    PyObject *limits = Py_BuildValue("{sisisKsisisi}", "INTERFACE", INTERFACE,
                                     "PLAINTEXT_BYTES_MAX", PLAINTEXT_BYTES_MAX,
                                     "DATAGRAMS_PER_KEY_MAX", DATAGRAMS_PER_KEY_MAX,
                                     "FAILED_OPENS_MAX", FAILED_OPENS_MAX, "COUNTED_BYTES_MIN",
                                     COUNTED_BYTES_MIN, "TIMES", TIMES);
    if (!module || !limits || PyModule_AddObjectRef(module, "LIMITS", limits) < 0 ||
        PyModule_AddType(module, &KeysType) < 0 || PyModule_AddType(module, &SentType) < 0)
        Py_CLEAR(module);
    Py_XDECREF(limits);
    return module;
}

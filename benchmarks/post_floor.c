/* The least that a post costs a server that is nothing but C; post_floor.py builds it and says why.
 *
 *     post_floor PORT MEMBERS SCHEMA LOG POSTS SEGMENTS
 *
 * Each datagram that comes to PORT holds POSTS posts. It is opened, and each of them hashed and kept in
 * LOG (":memory:" or a file) as our log keeps it (SCHEMA is a file of SQL), what has come together in
 * one transaction. Then it is sealed for each member with a key of his own and sent to PORT + 1 to PORT +
 * MEMBERS in one call; up to SEGMENTS datagrams for one member leave as one message. No sessions, no
 * windows, no repair, no limits. A datagram of one byte ends it: a line of JSON says what it cost.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* The first bytes stay readable: the clients' clock is in them. */
enum { CLEAR = 28, TAG = 16, DATAGRAM_MAX = 1500, TEXT = 100, HASH = 16, CALL_MAX = 1024, BATCH_MAX = 64 };

typedef struct {
    unsigned char bytes[DATAGRAM_MAX];
    int size;
} Datagram;

typedef struct {
    EVP_CIPHER_CTX *cipher;
    unsigned char *sealed;
    struct sockaddr_in address;
    struct iovec vector;
} Member;

static sqlite3 *log_file;
static sqlite3_stmt *begin, *insert_entry, *insert_post, *commit;
static EVP_MD *blake;

static void fail(const char *what) {
    fprintf(stderr, "post_floor: %s\n", what);
    exit(1);
}

static double cpu_s(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

static void run(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_errmsg(log_file));
    sqlite3_reset(statement);
}

static void open_log(const char *path, const char *schema_path) {
    static char schema[1 << 16];
    const char *texts[] = {
        "BEGIN IMMEDIATE",
        "INSERT INTO entries (room, number, kind, author, device, client_seq, time_ms, text, flags,"
        " visible, chain, body_hash, salt) VALUES (1, ?1, 1, 1, 1, ?1, ?2, ?3, 0, ?1, ?4, ?5, ?6)",
        "INSERT INTO posts (device, client_seq, post_id, room, number, refusal)"
        " VALUES (1, ?1, ?2, 1, ?1, 0)",
        "COMMIT",
    };
    sqlite3_stmt **statements[] = {&begin, &insert_entry, &insert_post, &commit};
    FILE *file = fopen(schema_path, "r");
    if (!file || !fread(schema, 1, sizeof schema - 1, file)) fail("no schema");
    fclose(file);
    if (sqlite3_open(path, &log_file) || sqlite3_exec(log_file, schema, NULL, NULL, NULL))
        fail(sqlite3_errmsg(log_file));
    for (int i = 0; i < 4; i++)
        if (sqlite3_prepare_v2(log_file, texts[i], -1, statements[i], NULL)) fail(sqlite3_errmsg(log_file));
}

static void hash(unsigned char *out, const unsigned char *in, size_t size) {
    unsigned char whole[64];
    EVP_Digest(in, size, whole, NULL, blake, NULL);
    memcpy(out, whole, HASH);
}

static void keep(sqlite3_int64 number, const unsigned char *text) {
    unsigned char body_hash[HASH], chain[HASH];
    hash(body_hash, text, TEXT);
    hash(chain, body_hash, HASH);
    sqlite3_bind_int64(insert_entry, 1, number);
    sqlite3_bind_int64(insert_entry, 2, (sqlite3_int64)time(NULL) * 1000);
    sqlite3_bind_text(insert_entry, 3, (const char *)text, TEXT, SQLITE_STATIC);
    sqlite3_bind_blob(insert_entry, 4, chain, HASH, SQLITE_STATIC);
    sqlite3_bind_blob(insert_entry, 5, body_hash, HASH, SQLITE_STATIC);
    sqlite3_bind_blob(insert_entry, 6, chain, HASH, SQLITE_STATIC);
    run(insert_entry);
    sqlite3_bind_int64(insert_post, 1, number);
    sqlite3_bind_int64(insert_post, 2, number * 2654435761);
    run(insert_post);
}

static EVP_CIPHER_CTX *cipher_of(int who, int sealing) {
    unsigned char key[32] = {(unsigned char)who, (unsigned char)(who >> 8), 1};
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    if (!EVP_CipherInit_ex(cipher, EVP_chacha20_poly1305(), NULL, key, NULL, sealing)) fail("no cipher");
    return cipher;
}

/* The clients do not seal; what is opened here is noise, which takes as long, and its tag is wrong. */
static void open_posts(EVP_CIPHER_CTX *cipher, const Datagram *in, unsigned char *text) {
    static unsigned char plain[DATAGRAM_MAX];
    unsigned char nonce[12] = {0}, tag[TAG] = {0};
    int done;
    EVP_DecryptInit_ex(cipher, NULL, NULL, NULL, nonce);
    EVP_DecryptUpdate(cipher, NULL, &done, in->bytes, CLEAR);
    EVP_DecryptUpdate(cipher, plain, &done, in->bytes + CLEAR, in->size - CLEAR);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG, tag);
    EVP_DecryptFinal_ex(cipher, plain + done, &done);
    for (int i = 0; i < TEXT; i++) text[i] = (unsigned char)(' ' + plain[i] % 90);
}

static void seal(Member *member, sqlite3_int64 number, const Datagram *in, unsigned char *out) {
    unsigned char nonce[12] = {0};
    int done, size = in->size;
    memcpy(nonce + 4, &number, sizeof number);
    memcpy(out, in->bytes, CLEAR);
    EVP_EncryptInit_ex(member->cipher, NULL, NULL, NULL, nonce);
    EVP_EncryptUpdate(member->cipher, NULL, &done, out, CLEAR);
    EVP_EncryptUpdate(member->cipher, out + CLEAR, &done, in->bytes + CLEAR, size - CLEAR);
    EVP_EncryptFinal_ex(member->cipher, out + size, &done);
    EVP_CIPHER_CTX_ctrl(member->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, out + size);
}

int main(int argc, char **argv) {
    if (argc != 7) fail("post_floor PORT MEMBERS SCHEMA LOG POSTS SEGMENTS");
    int port = atoi(argv[1]), count = atoi(argv[2]), room_for = 4 << 20;
    int posts_each = atoi(argv[5]), segments = atoi(argv[6]);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), waiter = epoll_create1(0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                               .sin_port = htons((unsigned short)port)};
    struct epoll_event readable = {.events = EPOLLIN};
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &room_for, sizeof room_for);
    setsockopt(udp, SOL_SOCKET, SO_SNDBUF, &room_for, sizeof room_for);
    if (bind(udp, (struct sockaddr *)&here, sizeof here)) fail("the port is taken");
    epoll_ctl(waiter, EPOLL_CTL_ADD, udp, &readable);
    blake = EVP_MD_fetch(NULL, "BLAKE2B-512", NULL);
    open_log(argv[4], argv[3]);

    Member *members = calloc((size_t)count, sizeof *members);
    struct mmsghdr *messages = calloc((size_t)count, sizeof *messages);
    EVP_CIPHER_CTX *opener = cipher_of(count, 0);
    if (!members || !messages) fail("no memory");
    for (int i = 0; i < count; i++) {
        Member *member = &members[i];
        member->cipher = cipher_of(i, 1);
        member->sealed = malloc((size_t)segments * DATAGRAM_MAX);
        member->address = here;
        member->address.sin_port = htons((unsigned short)(port + 1 + i));
        messages[i].msg_hdr.msg_name = &member->address;
        messages[i].msg_hdr.msg_namelen = sizeof member->address;
        messages[i].msg_hdr.msg_iov = &member->vector;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    puts("ready");
    fflush(stdout);

    static Datagram batch[BATCH_MAX];
    unsigned char text[TEXT];
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr head;
    } segmented = {.head = {CMSG_LEN(sizeof(uint16_t)), SOL_UDP, UDP_SEGMENT}};
    long posts = 0, datagrams = 0, sent = 0;
    double start_s = 0;
    for (int over = 0; !over;) {
        int arrived = 0;
        epoll_wait(waiter, &readable, 1, -1);
        while (arrived < BATCH_MAX) {
            int size = (int)recv(udp, batch[arrived].bytes, DATAGRAM_MAX - TAG, MSG_DONTWAIT);
            if (size == 1) over = 1;
            if (size <= 1) break;
            if (size >= CLEAR + TEXT) batch[arrived++].size = size;
        }
        if (!arrived) continue;
        if (!posts) start_s = cpu_s();
        run(begin);
        for (int i = 0; i < arrived; i++) {
            open_posts(opener, &batch[i], text);
            for (int k = 0; k < posts_each; k++) keep(++posts, text);
        }
        run(commit);
        for (int from = 0; from < arrived; from += segments) {
            int group = arrived - from < segments ? arrived - from : segments;
            uint16_t sealed_size = (uint16_t)(batch[from].size + TAG);
            memcpy(CMSG_DATA(&segmented.head), &sealed_size, sizeof sealed_size);
            for (int i = 0; i < count; i++) {
                for (int k = 0; k < group; k++)
                    seal(&members[i], datagrams + k, &batch[from + k], members[i].sealed + k * sealed_size);
                members[i].vector = (struct iovec){members[i].sealed, (size_t)group * sealed_size};
                messages[i].msg_hdr.msg_control = group > 1 ? segmented.bytes : NULL;
                messages[i].msg_hdr.msg_controllen = group > 1 ? sizeof segmented.bytes : 0;
            }
            datagrams += group;
            for (int i = 0, did; i < count; i += did) {
                did = sendmmsg(udp, messages + i, (unsigned)(count - i < CALL_MAX ? count - i : CALL_MAX), 0);
                if (did <= 0) fail("a datagram could not be sent");
                sent += did * group;
            }
        }
    }
    printf("{\"posts\": %ld, \"sent\": %ld, \"cpu_s\": %.6f}\n", posts, sent, cpu_s() - start_s);
    return 0;
}

/*
 * Connections that live for one echo each: how many a second a server can
 * accept, serve and close.
 *
 *   churn PORT CONNS SIZE SECONDS WARMUP
 *
 * CONNS connections at a time, each of which connects, sends SIZE bytes, has
 * them back, ends its direction, sees the server end the other, and is followed
 * by the next. The order of the ends leaves the closed pairs waiting on this
 * side; connections come from many addresses of 127.0.0.0/8, so that the ports
 * do not run out. The latency spans from connect to the server's end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, MOST_SAMPLES = 4 << 20, ADDRESSES = 200 };

struct conn {
    int fd;
    int sent, ended;
    size_t got;
    uint64_t since;
};

static int ep, port;
static size_t size;
static char *data, *in;
static uint64_t from, to;
static uint64_t done, errors;
static uint32_t *samples; /* tenths of a microsecond */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void begin(struct conn *c)
{
    static uint32_t turn;
    int one = 1;
    memset(c, 0, sizeof *c);
    c->since = now_ns();
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        perror("socket");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in me = {.sin_family = AF_INET}, peer = {.sin_family = AF_INET};
    me.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turn++ % ADDRESSES);
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons((uint16_t)port);
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (bind(c->fd, (struct sockaddr *)&me, sizeof me) != 0
        || (connect(c->fd, (struct sockaddr *)&peer, sizeof peer) != 0 && errno != EINPROGRESS)
        || epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) != 0) {
        perror("connect");
        exit(1);
    }
}

static void end(struct conn *c, int good)
{
    uint64_t now = now_ns();
    close(c->fd);
    if (now >= from && now < to) {
        if (!good) {
            errors++;
        } else {
            if (done < MOST_SAMPLES)
                samples[done] = (uint32_t)((now - c->since) / 100);
            done++;
        }
    }
    if (now < to)
        begin(c);
    else
        c->fd = -1;
}

static void go_on(struct conn *c, uint32_t ev)
{
    if (ev & EPOLLERR) {
        end(c, 0);
        return;
    }
    if (!c->sent && (ev & EPOLLOUT)) {
        if (send(c->fd, data, size, MSG_NOSIGNAL) != (ssize_t)size) { /* a fresh socket has room */
            end(c, 0);
            return;
        }
        c->sent = 1;
    }
    for (;;) {
        ssize_t k = recv(c->fd, in, size + 1, 0);
        if (k > 0) {
            c->got += (size_t)k;
            if (c->got >= size && !c->ended) {
                c->ended = 1;
                shutdown(c->fd, SHUT_WR);
            }
        } else if (k == 0) {
            end(c, c->got == size && c->ended);
            return;
        } else {
            if (errno != EAGAIN && errno != EINTR)
                end(c, 0);
            return;
        }
    }
}

static int up(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double quantile(double q)
{
    uint64_t n = done < MOST_SAMPLES ? done : MOST_SAMPLES;
    return n ? samples[(uint64_t)(q * (double)(n - 1))] / 10.0 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s PORT CONNS SIZE SECONDS WARMUP\n", argv[0]);
        return 2;
    }
    port = atoi(argv[1]);
    int conns = atoi(argv[2]);
    size = (size_t)atoi(argv[3]);
    double seconds = atof(argv[4]), warmup = atof(argv[5]);
    if (port < 1 || port > 65535 || conns < 1 || size < 1 || size > 16384 || seconds <= 0 || warmup < 0) {
        fprintf(stderr, "an argument is out of range\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct conn *all = calloc((size_t)conns, sizeof *all);
    samples = calloc(MOST_SAMPLES, sizeof *samples);
    data = malloc(size);
    in = malloc(size + 1);
    ep = epoll_create1(EPOLL_CLOEXEC);
    if (!all || !samples || !data || !in || ep < 0) {
        perror("no memory, or no epoll");
        return 1;
    }
    memset(data, 'z', size);
    from = now_ns() + (uint64_t)(warmup * 1e9);
    to = from + (uint64_t)(seconds * 1e9);
    for (int i = 0; i < conns; i++)
        begin(&all[i]);
    struct epoll_event evs[EVENTS];
    while (now_ns() < to) {
        int n = epoll_wait(ep, evs, EVENTS, 100);
        for (int i = 0; i < n; i++) {
            struct conn *c = evs[i].data.ptr;
            if (c->fd >= 0)
                go_on(c, evs[i].events);
        }
    }
    qsort(samples, done < MOST_SAMPLES ? done : MOST_SAMPLES, sizeof *samples, up);
    printf("{\"bench\":\"churn\",\"ops\":%llu,\"secs\":%.3f,\"ops_per_s\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
           "\"p999_us\":%.1f,\"errors\":%llu}\n",
        (unsigned long long)done, seconds, (double)done / seconds, quantile(0.5), quantile(0.99), quantile(0.999),
        (unsigned long long)errors);
    return 0;
}

/*
 * Clients that send as fast as the server lets them.
 *
 *   upload PORT CLIENTS BYTES SECONDS
 *
 * Each client sends BYTES bytes and ends, or is cut off when SECONDS are over.
 * Says how much left all of them, and how many were reset. What left a client
 * may still lie in the kernel: what was consumed only the server can tell.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, CHUNK = 256 * 1024, TURN = 4 };

struct client {
    int fd;
    int64_t left;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s PORT CLIENTS BYTES SECONDS\n", argv[0]);
        return 2;
    }
    int port = atoi(argv[1]), count = atoi(argv[2]);
    int64_t bytes = atoll(argv[3]);
    double seconds = atof(argv[4]);
    if (port < 1 || port > 65535 || count < 1 || bytes < 1 || seconds <= 0) {
        fprintf(stderr, "an argument is out of range\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit lim;
    if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
        lim.rlim_cur = lim.rlim_max;
        setrlimit(RLIMIT_NOFILE, &lim);
    }
    int ep = epoll_create1(EPOLL_CLOEXEC);
    char *chunk = calloc(1, CHUNK);
    struct client *all = calloc((size_t)count, sizeof *all);
    if (ep < 0 || !chunk || !all) {
        perror("no memory, or no epoll");
        return 1;
    }
    struct sockaddr_in peer = {.sin_family = AF_INET};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons((uint16_t)port);
    double end = now() + seconds;
    for (int i = 0; i < count; i++) {
        struct client *c = &all[i];
        c->left = bytes;
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        struct epoll_event ev = {.events = EPOLLOUT, .data.ptr = c};
        if (c->fd < 0 || (connect(c->fd, (struct sockaddr *)&peer, sizeof peer) != 0 && errno != EINPROGRESS)
            || epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) != 0) {
            perror("connect");
            return 1;
        }
    }
    int broken = 0, finished = 0;
    while (now() < end && broken + finished < count) {
        struct epoll_event evs[EVENTS];
        int n = epoll_wait(ep, evs, EVENTS, 100);
        for (int i = 0; i < n; i++) {
            struct client *c = evs[i].data.ptr;
            for (int turn = 0; turn < TURN && c->left > 0; turn++) {
                ssize_t k = send(c->fd, chunk, c->left < CHUNK ? (size_t)c->left : CHUNK, MSG_NOSIGNAL);
                if (k < 0 && (errno == EAGAIN || errno == EINTR))
                    break;
                if (k < 0) {
                    broken++;
                    close(c->fd);
                    c->fd = -1;
                    break;
                }
                c->left -= k;
            }
            if (c->fd >= 0 && c->left == 0) {
                finished++;
                close(c->fd);
                c->fd = -1;
            }
        }
    }
    int64_t sent = 0;
    for (int i = 0; i < count; i++)
        sent += bytes - all[i].left;
    printf("{\"bench\":\"upload\",\"clients\":%d,\"sent\":%lld,\"finished\":%d,\"broken\":%d}\n", count,
        (long long)sent, finished, broken);
    return 0;
}

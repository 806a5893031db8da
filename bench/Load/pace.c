/*
 * A client that asks at a fixed rate, whether answers come in time or not. The time of a request begins when it was due, so that what has to
 * wait behind a slow answer counts. It serves the p99 loads of bench.py, which compiles and starts it.
 *
 * Prints: TOTALS requests microseconds bytes refused p50 p99, the last two in nanoseconds.
 *
 * usage: pace ADDRESS PORT PATH HOST CONNECTIONS RATE SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 1024, BUFFER = 64 * 1024 };

struct connection {
	int fd;
	int64_t due; // of its request; 0 while it has none
	size_t received;
	size_t expected; // head and body; 0 while that is not known
	char buffer[BUFFER];
};

static struct connection *connections;
static int idle[MOST_CONNECTIONS], idle_count;
static char request[1024];
static size_t request_length;
static int64_t *latencies;
static size_t requests, refused;
static unsigned long long bytes;

static int64_t now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void begin(int64_t due) {
	struct connection *c = &connections[idle[--idle_count]];
	c->due = due;
	c->received = c->expected = 0;
	if (send(c->fd, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length)
		err(1, "send");
}

// The length of the answer, if its head is whole.
static size_t expected(struct connection *c) {
	char *end = memmem(c->buffer, c->received, "\r\n\r\n", 4);
	if (end == NULL)
		return 0;
	*end = '\0';
	char *length = strcasestr(c->buffer, "\r\ncontent-length:");
	if (length == NULL || strncmp(c->buffer, "HTTP/1.1 ", 9) != 0) {
		errno = EPROTO;
		err(1, "answer");
	}
	refused += c->buffer[9] >= '4';
	return (size_t)(end - c->buffer) + 4 + strtoul(length + 17, NULL, 10);
}

static void take(int index) {
	struct connection *c = &connections[index];
	ssize_t count = recv(c->fd, c->buffer + (c->expected ? 0 : c->received), BUFFER - 1 - (c->expected ? 0 : c->received), MSG_DONTWAIT);
	if (count < 0 && errno == EAGAIN)
		return;
	if (count <= 0 || c->due == 0)
		err(1, "recv");
	c->received += (size_t)count;
	bytes += (unsigned long long)count;
	if (c->expected == 0)
		c->expected = expected(c);
	if (c->expected != 0 && c->received >= c->expected) {
		latencies[requests++] = now() - c->due;
		c->due = 0;
		idle[idle_count++] = index;
	}
}

static int earlier(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	int count = argc == 8 ? atoi(argv[5]) : 0;
	if (count < 1 || count > MOST_CONNECTIONS || atoi(argv[6]) < 1 || atoi(argv[7]) < 1)
		errx(2, "usage: pace ADDRESS PORT PATH HOST CONNECTIONS RATE SECONDS");

	int64_t interval = 1000000000LL / atoi(argv[6]), duration = atoi(argv[7]) * 1000000000LL;
	size_t most = (size_t)(duration / interval);
	connections = calloc((size_t)count, sizeof *connections);
	latencies = calloc(most, sizeof *latencies);
	request_length = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", argv[3], argv[4]);
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
	int queue = epoll_create1(0);
	if (connections == NULL || latencies == NULL || queue < 0 || inet_pton(AF_INET, argv[1], &peer.sin_addr) != 1)
		err(1, "begin");
	for (int i = 0; i < count; i++) {
		int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
		struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
		if (fd < 0 || connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
		    || epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event) != 0)
			err(1, "connect");
		connections[i].fd = fd;
		idle[idle_count++] = i;
	}

	int64_t start = now();
	size_t begun = 0;
	while (requests < most) {
		int64_t moment = now();
		while (begun < most && idle_count > 0 && start + (int64_t)begun * interval <= moment)
			begin(start + (int64_t)begun++ * interval);
		int64_t next = begun < most && idle_count > 0 ? start + (int64_t)begun * interval - now() : 1000000000LL;
		next = next < 0 ? 0 : next;
		if (moment - start > duration + 5000000000LL) {
			errno = ETIMEDOUT;
			err(1, "answers");
		}
		struct timespec wait = {.tv_sec = next / 1000000000LL, .tv_nsec = next % 1000000000LL};
		struct epoll_event events[64];
		int ready = epoll_pwait2(queue, events, 64, &wait, NULL);
		for (int i = 0; i < ready; i++)
			take((int)events[i].data.u32);
	}

	int64_t taken = now() - start;
	qsort(latencies, requests, sizeof *latencies, earlier);
	printf("TOTALS %zu %lld %llu %zu %lld %lld\n", requests, (long long)(taken / 1000), bytes, refused, (long long)latencies[requests / 2],
	    (long long)latencies[requests * 99 / 100]);
	return 0;
}

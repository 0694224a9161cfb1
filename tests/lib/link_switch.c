/* link_switch - a switch in user space: hosts in network namespaces whose links can be cut, delayed,
 * narrowed, lossy
 *
 * usage: link_switch NAME OWNER SEED HOST...        (tests/lib/links starts it and talks to it)
 *
 * Every host is a network namespace with one TUN device, 10.77.0.1 and upwards; this process carries each
 * packet up its sender's link and down its receiver's. The namespaces hang on this process alone: when it
 * ends, or the process OWNER does, nothing of the lab is left. The dice are seeded, so a pattern of loss can
 * be had again. It answers datagrams at the abstract socket "sinergi-links-NAME": one command each, answered
 * "ok ..." or "no ...".
 */
#include <errno.h>
#include <fcntl.h>
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { HOSTS_MAX = 32, PACKET_BYTES = 2048, PACKETS_MAX = 65536, DEVICE_MTU = 1400 };

/* A link holds back at most this much before it drops, as a modem does. */
#define QUEUE_US 2000000u

typedef struct {
    uint64_t free_at; /* when the last packet will have been put on the wire */
    uint64_t last_at; /* when it will have come out: jitter delays but does not reorder */
} way_t;

typedef struct {
    const char *name;
    int tun, space;
    bool cut;
    double delay_ms, jitter_ms, loss_percent, rate_kbit; /* of each way; a rate of 0 is none */
    way_t up, down;
    uint64_t sent, lost; /* packets received by it; packets to or from it that were dropped */
} host_t;

typedef struct {
    uint64_t due, order;
    int from, to;
    bool last_mile; /* on its way down to the receiver */
    size_t length;
    unsigned char bytes[];
} packet_t;

typedef struct {
    host_t hosts[HOSTS_MAX];
    int count;
    bool apart[HOSTS_MAX][HOSTS_MAX];
    packet_t *heap[PACKETS_MAX]; /* the packet that is due first on top */
    size_t held;
    uint64_t order, dice;
    int control;
} lab_t;

static void s_leave(const char *what)
{
    fprintf(stderr, "link_switch: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t s_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* The next number of [0, 1) (splitmix64). */
static double s_throw(lab_t *lab)
{
    uint64_t mixed = lab->dice += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return (double)((mixed ^ (mixed >> 31)) >> 11) / 9007199254740992.0;
}

/* ---- the hosts ---- */

static void s_set(int socket_fd, struct ifreq *request, unsigned long what, const char *sentence)
{
    if (ioctl(socket_fd, what, request))
        s_leave(sentence);
}

static void s_set_address(int socket_fd, struct ifreq *request, unsigned long what, uint32_t address)
{
    struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    memcpy(&request->ifr_addr, &inet, sizeof inet);
    s_set(socket_fd, request, what, "could not give the device its address");
}

static uint32_t s_address(int host)
{
    return (10u << 24) + (77u << 16) + (uint32_t)host + 1;
}

/* Inside the host's namespace: its loopback and its link. */
static int s_open_device(int host)
{
    int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (socket_fd < 0 || tun < 0)
        s_leave("could not open /dev/net/tun");
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    s_set(socket_fd, &loopback, SIOCSIFFLAGS, "could not start the loopback");
    struct ifreq request = {.ifr_name = "eth0", .ifr_flags = IFF_TUN | IFF_NO_PI};
    s_set(tun, &request, TUNSETIFF, "could not make the device");
    s_set_address(socket_fd, &request, SIOCSIFADDR, s_address(host));
    s_set_address(socket_fd, &request, SIOCSIFNETMASK, 0xffffff00u);
    request.ifr_mtu = DEVICE_MTU;
    s_set(socket_fd, &request, SIOCSIFMTU, "could not set the device's MTU");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    s_set(socket_fd, &request, SIOCSIFFLAGS, "could not start the device");
    close(socket_fd);
    return tun;
}

static void s_make_host(lab_t *lab, const char *name, int home)
{
    host_t *host = &lab->hosts[lab->count];
    host->name = name;
    if (unshare(CLONE_NEWNET))
        s_leave("could not make a network namespace (root may)");
    host->space = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    host->tun = s_open_device(lab->count);
    if (host->space < 0 || setns(home, CLONE_NEWNET))
        s_leave("could not go back to the first network namespace");
    lab->count++;
}

/* ---- packets on their way ---- */

static bool s_before(const packet_t *a, const packet_t *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void s_push(lab_t *lab, packet_t *packet)
{
    size_t place = lab->held++;
    packet->order = lab->order++;
    for (; place && s_before(packet, lab->heap[(place - 1) / 2]); place = (place - 1) / 2)
        lab->heap[place] = lab->heap[(place - 1) / 2];
    lab->heap[place] = packet;
}

static packet_t *s_pop(lab_t *lab)
{
    packet_t *top = lab->heap[0], *moved = lab->heap[--lab->held];
    size_t place = 0, child;
    for (; (child = 2 * place + 1) < lab->held; place = child) {
        if (child + 1 < lab->held && s_before(lab->heap[child + 1], lab->heap[child]))
            child++;
        if (!s_before(lab->heap[child], moved))
            break;
        lab->heap[place] = lab->heap[child];
    }
    lab->heap[place] = moved;
    return top;
}

/* Put the packet on one way of a host's link, at the time `at`. False: the link lost it. */
static bool s_enter(lab_t *lab, host_t *host, way_t *way, packet_t *packet, uint64_t at)
{
    if (host->cut || s_throw(lab) * 100.0 < host->loss_percent)
        return false;
    uint64_t sent = at;
    if (host->rate_kbit > 0) {
        sent = (way->free_at > at ? way->free_at : at) +
               (uint64_t)((double)packet->length * 8000.0 / host->rate_kbit);
        if (sent - at > QUEUE_US)
            return false;
        way->free_at = sent;
    }
    double delay_ms = host->delay_ms + (s_throw(lab) * 2.0 - 1.0) * host->jitter_ms;
    packet->due = sent + (uint64_t)(delay_ms > 0 ? delay_ms * 1000.0 : 0.0);
    if (packet->due < way->last_at)
        packet->due = way->last_at;
    way->last_at = packet->due;
    s_push(lab, packet);
    return true;
}

static void s_lose(host_t *host, packet_t *packet)
{
    host->lost++;
    free(packet);
}

/* Take what a host has sent. Only IPv4 to another host of the lab goes on. */
static void s_take(lab_t *lab, int from)
{
    unsigned char bytes[PACKET_BYTES];
    host_t *host = &lab->hosts[from];
    ssize_t length;
    while ((length = read(host->tun, bytes, sizeof bytes)) > 0) {
        uint32_t address = 0;
        if (length < 20 || bytes[0] >> 4 != 4 || lab->held == PACKETS_MAX)
            continue;
        memcpy(&address, bytes + 16, sizeof address);
        uint32_t to = ntohl(address) - s_address(0);
        if (to >= (uint32_t)lab->count || to == (uint32_t)from)
            continue;
        packet_t *packet = malloc(sizeof *packet + (size_t)length);
        if (!packet)
            s_leave("no memory for a packet");
        *packet = (packet_t){.from = from, .to = (int)to, .length = (size_t)length};
        memcpy(packet->bytes, bytes, (size_t)length);
        if (!s_enter(lab, host, &host->up, packet, s_now()))
            s_lose(host, packet);
    }
}

/* Carry on everything that is due by now. */
static void s_carry(lab_t *lab, uint64_t now)
{
    while (lab->held && lab->heap[0]->due <= now) {
        packet_t *packet = s_pop(lab);
        host_t *from = &lab->hosts[packet->from], *to = &lab->hosts[packet->to];
        if (!packet->last_mile) {
            packet->last_mile = true;
            if (from->cut)
                s_lose(from, packet);
            else if (lab->apart[packet->from][packet->to] ||
                     !s_enter(lab, to, &to->down, packet, packet->due))
                s_lose(to, packet);
            continue;
        }
        if (to->cut || write(to->tun, packet->bytes, packet->length) != (ssize_t)packet->length) {
            s_lose(to, packet);
            continue;
        }
        to->sent++;
        free(packet);
    }
}

/* ---- commands ---- */

static int s_find(const lab_t *lab, const char *name)
{
    for (int i = 0; i < lab->count; i++)
        if (strcmp(lab->hosts[i].name, name) == 0)
            return i;
    return -1;
}

static void s_set_apart(lab_t *lab, int a, int b, bool apart)
{
    lab->apart[a][b] = lab->apart[b][a] = apart;
}

static void s_clear(lab_t *lab)
{
    memset(lab->apart, 0, sizeof lab->apart);
    for (int i = 0; i < lab->count; i++) {
        host_t *host = &lab->hosts[i];
        host->cut = false;
        host->delay_ms = host->jitter_ms = host->loss_percent = host->rate_kbit = 0;
        host->up = host->down = (way_t){0};
    }
}

/* A command about one host. False: there is no such command. */
static bool s_command_host(lab_t *lab, int index, const char *verb, double first, double second, char *answer,
                           size_t size)
{
    host_t *host = &lab->hosts[index];
    if (strcmp(verb, "cut") == 0 || strcmp(verb, "mend") == 0) {
        host->cut = verb[0] == 'c';
    } else if (strcmp(verb, "rate") == 0) {
        host->rate_kbit = first;
        host->up.free_at = host->down.free_at = 0;
    } else if (strcmp(verb, "loss") == 0) {
        host->loss_percent = first;
    } else if (strcmp(verb, "delay") == 0) {
        host->delay_ms = first;
        host->jitter_ms = second;
    } else if (strcmp(verb, "where") == 0) {
        snprintf(answer, size, "ok /proc/%d/fd/%d 10.77.0.%d", (int)getpid(), host->space, index + 1);
    } else if (strcmp(verb, "count") == 0) {
        snprintf(answer, size, "ok sent %llu lost %llu", (unsigned long long)host->sent,
                 (unsigned long long)host->lost);
    } else {
        return false;
    }
    return true;
}

static void s_command(lab_t *lab, const char *text, char *answer, size_t size)
{
    char verb[16] = "", host[64] = "", rest[64] = "", third[32] = "";
    int words = sscanf(text, "%15s %63s %63s %31s", verb, host, rest, third);
    int index = s_find(lab, host), other = s_find(lab, rest);
    snprintf(answer, size, "ok");
    if (strcmp(verb, "clear") == 0)
        s_clear(lab);
    else if (strcmp(verb, "down") == 0)
        exit(0);
    else if (words < 2 || index < 0)
        snprintf(answer, size, "no host of this lab is called %s", host);
    else if (strcmp(verb, "part") == 0 || strcmp(verb, "join") == 0) {
        if (other < 0)
            snprintf(answer, size, "no host of this lab is called %s", rest);
        else
            s_set_apart(lab, index, other, verb[0] == 'p');
    } else if (!s_command_host(lab, index, verb, strtod(rest, NULL), strtod(third, NULL), answer, size))
        snprintf(answer, size, "no such command: %s", verb);
}

static void s_serve(lab_t *lab)
{
    char text[256], answer[256];
    struct sockaddr_un peer;
    socklen_t peer_length = sizeof peer;
    ssize_t length = recvfrom(lab->control, text, sizeof text - 1, 0, (struct sockaddr *)&peer, &peer_length);
    if (length < 0)
        return;
    text[length] = '\0';
    s_command(lab, text, answer, sizeof answer);
    sendto(lab->control, answer, strlen(answer), 0, (struct sockaddr *)&peer, peer_length);
}

static int s_listen(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "sinergi-links-%s", name);
    int control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    if (control < 0 || bind(control, (struct sockaddr *)&address, size))
        s_leave("a lab of that name is there already");
    return control;
}

static void s_loop(lab_t *lab, int owner)
{
    struct pollfd polled[HOSTS_MAX + 2];
    for (int i = 0; i < lab->count; i++)
        polled[i] = (struct pollfd){lab->hosts[i].tun, POLLIN, 0};
    polled[lab->count] = (struct pollfd){lab->control, POLLIN, 0};
    polled[lab->count + 1] = (struct pollfd){owner, POLLIN, 0};
    for (;;) {
        uint64_t now = s_now();
        s_carry(lab, now);
        uint64_t wait = lab->held ? lab->heap[0]->due - now : 1000000u;
        struct timespec pause = {(time_t)(wait / 1000000u), (long)(wait % 1000000u) * 1000};
        if (ppoll(polled, (nfds_t)lab->count + 2, &pause, NULL) < 0)
            s_leave("could not wait");
        for (int i = 0; i < lab->count; i++)
            if (polled[i].revents & POLLIN)
                s_take(lab, i);
        if (polled[lab->count].revents)
            s_serve(lab);
        if (polled[lab->count + 1].revents)
            return;
    }
}

int main(int argc, char **argv)
{
    static lab_t lab;
    if (argc < 5 || argc - 4 > HOSTS_MAX) {
        fprintf(stderr, "usage: link_switch NAME OWNER SEED HOST... (at most %d)\n", HOSTS_MAX);
        return 2;
    }
    int owner = (int)syscall(SYS_pidfd_open, (pid_t)strtol(argv[2], NULL, 10), 0);
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (owner < 0 || home < 0)
        s_leave("the lab's owner is gone");
    lab.dice = strtoull(argv[3], NULL, 10);
    lab.control = s_listen(argv[1]);
    for (int i = 4; i < argc; i++)
        s_make_host(&lab, argv[i], home);
    puts("ready");
    fclose(stdout);
    s_loop(&lab, owner);
    return 0;
}

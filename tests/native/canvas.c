#include "canvas.h"
#include <stdio.h>

/* A corner. */
struct corner {
  int x, *y; /* where it is */
  char name[8];
  unsigned flag : 1;
};
enum unit { METRE = 1, FOOT };
typedef struct corner corner_t;
typedef enum { OFF, ON } state_t;
union both { int number; float share; };
static const int limit = 8;
extern struct corner *first;
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static struct corner *make(int x)
{
  struct corner *local = first;
  local->x = MAX(x, limit);
  return local;
}

int main(void) { return make(METRE)->x; }

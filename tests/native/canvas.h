// Copyright of nobody in particular.

/// \file
/// Shapes, and a canvas that draws them.
#pragma once

#include <vector>
#include "shapes/point.h"

#define CANVAS_API
#define CANVAS_SCALE(x, factor) \
  ((x) * (factor))

#ifdef __cplusplus
extern "C" {
#endif
/* Says which release this is. */
CANVAS_API int canvas_version(void);
#ifdef __cplusplus
}
#endif

namespace art::shapes {

class Pen;

enum class Colour : int {
  Red = 1, ///< As of cherries.
  Green,
};

/// A place for shapes. Holds what it draws.
template <typename Shape>
class CANVAS_API Canvas final : public Surface, private detail::Store<Shape> {
 public:
  using Size = int;
  explicit Canvas(Size width, Size height = 1);
  ~Canvas() noexcept;
  Canvas& operator+=(const Shape& shape);
  explicit operator bool() const { return width_ > 0; }
  /**
   * @brief Draws one shape.
   * @param shape what to draw
   */
  virtual void draw(const Shape& shape, Colour colour = Colour::Red) const = 0;
  void draw() const;

 protected:
  static constexpr int limit = 8;
  Size width_, *height_{nullptr};
  void (*on_draw_)(int);

 private:
  struct Cell {
    union {
      int number;
      float share;
    };
  };
};

#if FAST
inline int area(int width) {
#else
inline int area(long width) {
#endif
  const int twice = CANVAS_SCALE(width, 2);
  struct Local { int inner; };
  return twice + canvas_version();
}

typedef struct {
  int x, y;
} Corner;
typedef int (*Callback)(const Corner* corner);

} // namespace art::shapes

template <>
struct std::hash<art::shapes::Corner> {
  size_t operator()(const art::shapes::Corner& corner) const;
};

int art::shapes::Canvas<int>::count() const { return limit; }

class Digits {
 public:
  STATIC_CHECK(sizeof(int) >= 4);
  virtual void clear() = 0;

  void fill() {
    for (int i = 0; i < 3; ++i) {
      DigitAt(i) = 0;
    }
  }
};

import Glibc

/// The time of day as header fields give it, formatted once per second. Each connection has its own, so no lock is needed.
struct CurrentDate {
  private var second = -1
  private var formatted = ""

  /// The current time, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  var text: String {
    mutating get {
      let now = time(nil)
      if now != second {
        second = now
        formatted = HTTPDate.text(unixSeconds: second)
      }
      return formatted
    }
  }
}

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The `date` field of the current second, formatted once per second.
final class DateFieldClock: Sendable {
  private let state = NIOLockedValueBox((second: -1, field: ByteBuffer()))

  /// `date: …` with its line end.
  var field: ByteBuffer {
    let second = Self.unixSeconds
    return state.withLockedValue { state in
      if state.second != second {
        state = (second, ByteBuffer(string: "date: \(HTTPDate.text(unixSeconds: second))\r\n"))
      }
      return state.field
    }
  }

  private static var unixSeconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec
  }
}

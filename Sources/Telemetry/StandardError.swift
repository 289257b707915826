import Glibc

/// Standard error as a place for lines.
public enum StandardError {
  /// Writes a line with one call, so that those of several processes do not mix. What does not fit into a pipe that nobody
  /// reads is lost rather than waited for for ever, where the pipe says so.
  public static let write: @Sendable ([UInt8]) -> Void = { line in
    line.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return }
        rest = rest.dropFirst(written)
      }
    }
  }
}

extension LogTime {
  /// The time now.
  public static let now: @Sendable () -> LogTime = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LogTime(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }
}

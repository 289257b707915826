import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOPosix

/// Says what failures of connections mean.
enum TransportFailure {
  /// The failure as a ``FetchError``.
  static func explained(_ error: any Error, limits: FetchLimits) -> FetchError {
    switch error {
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: return .timedOut(after: limits.connect)
      case .readTimeout: return .timedOut(after: limits.idle)
      case .deadlineExceeded: return .timedOut(after: limits.total)
      default: return .cutOff(error.description)
      }
    case let error as NIOHTTPDecompression.DecompressionError where isLimit(error):
      return .tooLarge(bytes: limits.bytes)
    case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
      return .cutOff("the compressed answer is broken")
    case let error as NIOConnectionError: return .unreachable("\(error.host):\(error.port) does not accept connections")
    case let error as IOError: return .cutOff(error.description)
    default: return .cutOff(Vocabulary.printable("\(error)", maximum: 200))
    }
  }

  private static func isLimit(_ error: NIOHTTPDecompression.DecompressionError) -> Bool {
    if case .limit = error { true } else { false }
  }
}

import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// What a failure of the network or of TLS means, in words.
func connectionFailure(_ error: any Error) -> String {
  switch error {
  case let error as NIOConnectionError:
    // Of several addresses the last failure is as good as any.
    if let failure = error.connectionErrors.last { return connectionFailure(failure.error) }
    let cause = error.dnsAError ?? error.dnsAAAAError
    return "the host name \(error.host) is not known" + (cause.map { " (\($0))" } ?? "")
  // What the system says of it; NIO's own text tells which of its calls failed.
  case let error as IOError: return String(cString: strerror(error.errnoCode))
  case ChannelError.connectTimeout: return "it did not accept the connection in time"
  case NIOSSLError.uncleanShutdown: return "the server closed the connection"
  case let error as NIOSSLExtraError where error == .failedToValidateHostname:
    return "its certificate is for another host name"
  case let error as NIOSSLError: return "TLS failed: \(error)"
  default: return "\(error)"
  }
}

import Catalog
import Hummingbird
import NIOCore

extension Request {
  /// The body as JSON, read up to the limits.
  ///
  /// - Throws: ``Problem`` when it is too large or not JSON.
  func jsonBody(limits: ServerLimits) async throws -> JSONValue {
    let buffer: ByteBuffer
    do {
      buffer = try await body.collect(upTo: limits.bodyBytes)
    } catch is NIOTooManyBytesError {
      throw Problem(
        status: .contentTooLarge, kind: "content-too-large",
        detail: "the body is larger than \(limits.bodyBytes) bytes")
    }
    do {
      return try JSONReader.parse(Array(buffer.readableBytesView), limits: .small)
    } catch {
      throw Problem.badRequest("the body is not JSON: \(error)")
    }
  }
}

extension Response {
  /// A response with a JSON body that nobody may keep.
  static func json(_ body: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: body))
  }
}

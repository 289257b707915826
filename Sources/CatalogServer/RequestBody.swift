import Catalog
import HTTPTypes
import Hummingbird
import NIOCore
import TieredCaching

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

  /// A response that is of no catalog version, and that whoever has it already is not sent again. Its entity tag is made of
  /// its bytes, so it may be kept, and has to be asked for again before it is used.
  static func validated(_ body: ByteBuffer, type: String = "application/json", for request: Request) -> Response {
    let tag = "\"\(FNV1a.hexadecimal(of: body.readableBytesView))\""
    let fields: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
    if let field = request.headers[.ifNoneMatch], ResponseFields.matches(ifNoneMatch: field, entityTag: tag) {
      return Response(status: .notModified, headers: fields)
    }
    return Response(
      status: .ok, headers: fields + [.contentType: type], body: ResponseBody(byteBuffer: body))
  }
}

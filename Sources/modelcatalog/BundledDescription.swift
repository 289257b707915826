import Foundation

/// The description of the HTTP interface that ships with the program.
enum BundledDescription {
  /// The OpenAPI document.
  ///
  /// - Throws: when it is not where the program's files are.
  static func load() throws -> [UInt8] {
    guard let url = Bundle.module.url(forResource: "openapi", withExtension: "json", subdirectory: "Resources") else {
      throw CommandFailure(
        "the description of the HTTP interface is missing: keep the directory modelcatalog_modelcatalog.resources "
          + "beside the program")
    }
    return Array(try Data(contentsOf: url))
  }
}

# libtutti.so and libtutti.a, from one set of position-independent objects.
file(GLOB sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/src/*/*.c
    ${PROJECT_SOURCE_DIR}/src/strand/*.S)

add_library(tutti_objects OBJECT ${sources})
tutti_c(tutti_objects)
target_include_directories(tutti_objects PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
set_target_properties(tutti_objects PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden)

add_library(tutti SHARED $<TARGET_OBJECTS:tutti_objects>)
set(map ${PROJECT_SOURCE_DIR}/packaging/tutti.map)
target_link_options(tutti PRIVATE -Wl,-z,nodelete -Wl,--version-script=${map})
set_target_properties(tutti PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS ${map} LINKER_LANGUAGE C)
target_link_libraries(tutti PRIVATE $<BUILD_INTERFACE:tutti_flags>)

# Hidden symbols can be linked from the archive, so the tests of internals use this one.
add_library(tutti_static STATIC $<TARGET_OBJECTS:tutti_objects>)
set_target_properties(tutti_static PROPERTIES OUTPUT_NAME tutti LINKER_LANGUAGE C)
target_link_libraries(tutti_static PRIVATE $<BUILD_INTERFACE:tutti_flags>)

foreach(lib tutti tutti_static)
    add_library(tutti::${lib} ALIAS ${lib})
    target_link_libraries(${lib} PUBLIC Threads::Threads)
    target_include_directories(${lib} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

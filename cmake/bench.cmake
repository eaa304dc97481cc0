# bench/NOUN.c is one program; `make bench` runs them all. bench/support/ holds what they share.
file(GLOB bench_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.c)
file(GLOB bench_support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/support/*.c)
foreach(file ${bench_files})
    get_filename_component(noun ${file} NAME_WE)
    add_executable(bench-${noun} ${file} ${bench_support})
    tutti_c(bench-${noun})
    set_target_properties(bench-${noun} PROPERTIES
        OUTPUT_NAME ${noun} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
    target_include_directories(bench-${noun} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/bench)
    target_link_libraries(bench-${noun} PRIVATE tutti::tutti_static m)
endforeach()

# A rival, where it is installed.
find_library(boost_context boost_context)
mark_as_advanced(boost_context)
if(boost_context AND TARGET bench-context)
    target_link_libraries(bench-context PRIVATE ${boost_context})
    target_compile_definitions(bench-context PRIVATE HAVE_BOOST_CONTEXT=1)
endif()
